# Everything that can be stated as a fact. One event is one single-segment message with root Event.
# Schemas only grow: never renumber, retype or reuse a field. How to add an event: schema/README.md.
@0xc3f1a7d25b8e4601;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("doorstep::schema");

# The halves of a UUID, big-endian. An id that mostly is there stands in the struct itself, as a group of the same
# two words (both 0: none); one that mostly is not is a pointer.
struct Id {
  high @0 :UInt64;
  low @1 :UInt64;
}

# The numbers of types, stream kinds and purposes, and of every UInt8 "word" below, are listed in
# docs/formats/event_json.md (Words). Instants are milliseconds since 1970-01-01T00:00Z. Area codes have 17 digits.
struct Event {
  # The first three words are those of layout 0.
  type @0 :UInt16;
  schemaVersion @1 :UInt16;
  streamKind @2 :UInt16;
  purpose @3 :UInt8;
  layout @4 :UInt8;  # always 1; an event that says 0 is read by event_layout0.capnp
  area @5 :UInt64;
  happenedAt @6 :Int64;
  id :group { high @7 :UInt64; low @8 :UInt64; }
  streamId :group { high @9 :UInt64; low @10 :UInt64; }
  actor :group { high @11 :UInt64; low @12 :UInt64; }
  device :group { high @13 :UInt64; low @14 :UInt64; }
  causation @15 :Id;
  correlation @16 :Id;
  body @17 :AnyPointer;  # of the struct named after the type
}

struct AreaDefined {
  code @0 :UInt64;
  name @1 :Text;
}

struct CampaignOpened {
  campaign :group { high @0 :UInt64; low @1 :UInt64; }
  name @2 :Text;
}

struct RoundOpened {
  round :group { high @0 :UInt64; low @1 :UInt64; }
  campaign :group { high @2 :UInt64; low @3 :UInt64; }
  number @4 :UInt32;
  questionSet @5 :Text;
  riskList @6 :Text;
  deadline @7 :Int64;
}

struct RoundClosed {
  round :group { high @0 :UInt64; low @1 :UInt64; }
}

struct DwellingRegistered {
  dwelling :group { high @0 :UInt64; low @1 :UInt64; }
  state @2 :UInt8;
}

struct HouseholdRegistered {
  household :group { high @0 :UInt64; low @1 :UInt64; }
  kind @2 :UInt8;
  persons :group {
    registered @3 :UInt16;
    usual @4 :UInt16;
    present @5 :UInt16;
    awayInCounty @6 :UInt16;
    awayOutside @7 :UInt16;
    notVerified @8 :UInt16;
  }
}

struct HouseholdPlaced {
  household :group { high @0 :UInt64; low @1 :UInt64; }
  dwelling :group { high @2 :UInt64; low @3 :UInt64; }
  area @4 :UInt64;
  from @5 :Int64;
}

struct HouseholdWithdrawn {
  household :group { high @0 :UInt64; low @1 :UInt64; }
  reason @2 :UInt8;
}

struct WorkerRegistered {
  worker :group { high @0 :UInt64; low @1 :UInt64; }
  kind @2 :UInt8;
  home @3 :UInt64;
}

struct WorkerReportedIn {
  worker :group { high @0 :UInt64; low @1 :UInt64; }
}

struct WorkerStoodDown {
  worker :group { high @0 :UInt64; low @1 :UInt64; }
}

struct ResponsibilityTaken {
  responsibility :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  level @4 :UInt8;
  role @5 :UInt8;
  holderKind @6 :UInt8;
  basis @7 :UInt8;
  holder :group { high @8 :UInt64; low @9 :UInt64; }
  from @10 :Int64;
}

struct ResponsibilityReleased {
  responsibility :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  at @4 :Int64;
  reason @5 :UInt8;
}

struct VisitRecorded {
  visit :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  round :group { high @4 :UInt64; low @5 :UInt64; }
  doneBy @6 :List(Id);  # one to four
  enteredBy @7 :Id;
  mode @8 :UInt8;
  disposition @9 :UInt8;
  persons :group {
    registered @10 :UInt16;
    usual @11 :UInt16;
    present @12 :UInt16;
    awayInCounty @13 :UInt16;
    awayOutside @14 :UInt16;
    notVerified @15 :UInt16;
  }
  deviceSkewMs @16 :Int32;
  started @17 :Int64;
  ended @18 :Int64;
}

struct VisitRetracted {
  visit :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  round :group { high @4 :UInt64; low @5 :UInt64; }
  reason @6 :UInt8;
}

struct TaskOpened {
  task :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  round :group { high @4 :UInt64; low @5 :UInt64; }
  kind @6 :UInt8;
  approach @7 :UInt8;
  reason @8 :UInt8;
  priority @9 :UInt8;
  ordinal @10 :UInt16;
  notBefore @11 :Int64;
  notAfter @12 :Int64;
}

struct TaskGiven {
  task :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  to :group { high @4 :UInt64; low @5 :UInt64; }
  reason @6 :UInt8;
}

struct TaskDone {
  task :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  visit :group { high @4 :UInt64; low @5 :UInt64; }
}

struct TaskCancelled {
  task :group { high @0 :UInt64; low @1 :UInt64; }
  household :group { high @2 :UInt64; low @3 :UInt64; }
  reason @4 :UInt8;
}

struct DemonstrationMarked {
  starts @0 :Int64;
  speed @1 :UInt32;
}

struct ProjectionDigestRecorded {
  projection @0 :Text;
  version @1 :UInt32;
  day @2 :Int32;  # days since 1970-01-01, Beijing calendar
  upto @3 :UInt64;
  sha256 @4 :Data;
}

struct LogRestored {
  log :group { high @0 :UInt64; low @1 :UInt64; }
  epoch @2 :UInt64;  # the one before
  size @3 :UInt64;   # how many records were put back
  root @4 :Data;     # of the tree over them
  signature @5 :Text;   # the line that makes a signed checkpoint of these four
}
