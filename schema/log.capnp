# What is said to and by the event log. Each message is one frame: the 8-byte frame header of
# docs/formats/wire.md, then one single-segment message with root Request or Reply.
@0x9be6cf1d0a3f7742;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("doorstep::schema");

using Event = import "event.capnp";

struct StreamRef {
  kind @0 :UInt16;
  id @1 :Event.Id;
}

# On the `cmd` socket: append, lookup, describe. On the `feed` socket: subscribe, credit.
struct Request {
  number @0 :UInt64;  # chosen by the client, repeated in the reply; on `feed` it names the subscription
  union {
    describe @1 :Void;
    append @2 :Append;
    lookup @3 :Event.Id;  # by appendId
    subscribe @4 :Subscribe;
    credit @5 :Credit;
    unsubscribe @6 :Void;
  }
}

struct Append {
  appendId @0 :Event.Id;
  conditions @1 :List(Condition);
  events @2 :List(Data);  # each a message with root Event
}

struct Condition {
  stream @0 :StreamRef;
  expect @1 :Expectation;
  revision @2 :UInt64;  # with `exact`
}

enum Expectation {
  any @0;
  none @1;
  exists @2;
  exact @3;
}

struct Subscribe {
  fromExclusive @0 :UInt64;  # the last position the reader has; 0 for all
  until @1 :UInt64;          # end after this position; 0 follows the log live
  area @2 :UInt64;           # this area and all below; 0 for all
  types @3 :List(UInt16);    # empty for all
  stream @4 :StreamRef;      # kind 0 for all
  credit @5 :Credit;
  consumer @6 :Text;         # shown to operators
}

struct Credit {
  events @0 :UInt32;
  bytes @1 :UInt32;
  cursor @2 :UInt64;  # what the reader has made its own so far
}

struct Reply {
  number @0 :UInt64;
  union {
    described @1 :Described;
    appended @2 :Appended;
    refused @3 :Refused;
    found @4 :Found;
    batch @5 :Batch;
    ended @6 :Refused;  # of a subscription
  }
}

struct Described {
  log @0 :Event.Id;
  epoch @1 :UInt64;
  head @2 :UInt64;
  recordedAt @3 :Int64;  # of the head
  root @4 :Data;         # RFC 6962 root over all stored records up to the head, 32 bytes
}

struct Appended {
  first @0 :UInt64;
  last @1 :UInt64;
  duplicate @2 :Bool;  # it had been appended before: this is the original result
}

struct Found {
  present @0 :Bool;
  first @1 :UInt64;
  last @2 :UInt64;
}

# Everything in (fromExclusive, toInclusive] was scanned; what matched is in the block.
struct Batch {
  number @0 :UInt64;  # counts the batches of this subscription from 1
  fromExclusive @1 :UInt64;
  toInclusive @2 :UInt64;
  head @3 :UInt64;
  block @4 :Data;     # docs/formats/block.md; empty when nothing matched
}

struct Refused {
  code @0 :Code;
  message @1 :Text;
  stream @2 :StreamRef;      # with wrongRevision
  actual @3 :UInt64;         # with wrongRevision: how many events the stream has
  retryAfterMs @4 :UInt32;   # with busy and draining

  enum Code {
    invalid @0;         # malformed, or an event that can never be accepted
    wrongRevision @1;   # a condition does not hold
    idConflict @2;      # that appendId was used for something else
    tooLarge @3;
    denied @4;          # this key may not append that type
    busy @5;
    draining @6;
    damaged @7;
    aheadOfLog @8;      # the reader's cursor is beyond the log's head
    done @9;            # `until` was reached
  }
}
