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

# On the `cmd` socket: append, lookup, describe, checkpoint, prove, moveFloor. On the `feed` socket: subscribe,
# credit, unsubscribe, consumers.
struct Request {
  # Chosen by the client, not 0, and repeated in the reply; on `feed` it names the subscription.
  number @0 :UInt64;
  union {
    describe @1 :Void;
    append @2 :Append;
    lookup @3 :Event.Id;  # by appendId
    subscribe @4 :Subscribe;
    credit @5 :Credit;
    unsubscribe @6 :Void;
    checkpoint @7 :Void;      # the newest signed one, with the cosignatures there are
    prove @8 :Prove;
    consumers @9 :Void;       # every reader's place
    moveFloor @10 :Floor;     # nothing at or below this position is kept; only upwards. Answered when they are gone
  }
}

struct Floor {
  position @0 :UInt64;
}

# With a position: that its record is in the tree of `size`. Without: that the tree of `old` is a beginning of it.
struct Prove {
  position @0 :UInt64;
  old @1 :UInt64;
  size @2 :UInt64;  # 0: that of the newest checkpoint, or the head where more was acknowledged since
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
  # With `nothingAfter`: no event after this position is of these types (empty: of any), in this area (0: in any)
  # and of this stream (kind 0: of any).
  after @3 :UInt64;
  types @4 :List(UInt16);
  area @5 :UInt64;
}

enum Expectation {
  any @0;
  none @1;
  exists @2;
  exact @3;
  nothingAfter @4;
}

struct Subscribe {
  fromExclusive @0 :UInt64;  # the last position the reader has; 0 for all
  until @1 :UInt64;          # end after this position; 0 follows the log live
  area @2 :UInt64;           # this area and all below; 0 for all
  types @3 :List(UInt16);    # empty for all
  stream @4 :StreamRef;      # kind 0 for all
  credit @5 :Credit;
  consumer @6 :Text;         # shown to operators
  # Which history the reader has up to fromExclusive; nil and 0: it does not care.
  log @7 :Event.Id;
  epoch @8 :UInt64;
  root @9 :Data;             # RFC 6962 root of the records up to fromExclusive, 32 bytes; none or empty: not known
  bare @10 :Bool;            # blocks may come without their append requests
}

struct Credit {
  events @0 :UInt32;
  bytes @1 :UInt32;
  cursor @2 :UInt64;  # what the reader has made its own so far
  # Up to where it has its state on disk: its next start asks for what comes after. The default: it does not say.
  kept @3 :UInt64 = 0xffffffffffffffff;
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
    checkpoint @7 :Text;  # a signed note, docs/formats/checkpoint.md
    proof @8 :Proof;
    consumers @9 :List(Consumer);
    floorMoved @10 :Floor;
  }
}

# Hashes in the order of RFC 6962: PATH (2.1.1) or PROOF (2.1.2).
struct Proof {
  size @0 :UInt64;
  hashes @1 :Data;       # 32 bytes each
  record @2 :Data;       # of an inclusion: the leaf, as stored
  checkpoint @3 :Text;   # signed, of `size`
}

struct Consumer {
  account @0 :Text;
  name @1 :Text;
  cursor @2 :UInt64;        # what it says that it has made its own
  sent @3 :UInt64;
  head @4 :UInt64;
  creditEvents @5 :UInt64;
  creditBytes @6 :UInt64;
  silentMs @7 :UInt64;      # since it last said anything
  connected @8 :Bool;
  kept @9 :UInt64 = 0xffffffffffffffff;  # what it says that it has on disk; the default: it does not say
}

struct Described {
  log @0 :Event.Id;
  epoch @1 :UInt64;
  head @2 :UInt64;
  recordedAt @3 :Int64;  # of the head
  root @4 :Data;         # RFC 6962 root over all stored records up to the head, 32 bytes
  floor @5 :UInt64;      # events up to here are no longer kept
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
  checkpoint @5 :Text;  # a signed one whose size lies in that range; mostly empty
}

struct Refused {
  code @0 :Code;
  message @1 :Text;
  stream @2 :StreamRef;      # with wrongRevision
  actual @3 :UInt64;         # with wrongRevision: how many events the stream has
  retryAfterMs @4 :UInt32;   # with busy and draining
  position @5 :UInt64;       # with conditionFailed: the first match; reread: the oldest that can be asked about;
                             # cursorBelowFloor: the floor; aheadOfLog, or invalid of a condition beyond it: the head;
                             # stillNeeded: what the reader has kept

  enum Code {
    invalid @0;         # malformed, or an event that can never be accepted
    wrongRevision @1;   # a condition does not hold
    idConflict @2;      # that appendId was used for something else
    tooLarge @3;
    denied @4;          # this account may not append that type, or not move the floor
    busy @5;
    draining @6;
    damaged @7;
    aheadOfLog @8;      # the reader's cursor is beyond the log's head
    done @9;            # `until` was reached
    conditionFailed @10;   # something matched after the position
    reread @11;            # that position is too long ago to ask about: read on to the head, decide again
    cursorBelowFloor @12;  # what the reader wants next is no longer kept
    epochChanged @13;      # the reader's history is not this log's: another log, epoch or root
    stillNeeded @14;       # a reader would need at its next start what is to be dropped
  }
}
