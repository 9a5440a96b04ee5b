# Events of layout 0: ids are structs behind pointers. Read for ever, written no more: what is written now is
# event.capnp. Nothing is added here.
@0x84ecc44e67a91e42;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("doorstep::schema::layout0");

struct Id {
  high @0 :UInt64;  # the first eight bytes of the UUID, big-endian
  low @1 :UInt64;
}

# The numbers of types, stream kinds and purposes, and of every UInt8 "word" below, are listed in
# docs/formats/event_json.md (Words). Instants are milliseconds since 1970-01-01T00:00Z. Area codes have 17 digits.
struct Event {
  id @0 :Id;
  type @1 :UInt16;
  schemaVersion @2 :UInt16;
  streamKind @3 :UInt16;
  purpose @4 :UInt8;
  streamId @5 :Id;
  area @6 :UInt64;
  happenedAt @7 :Int64;
  actor @8 :Id;
  device @9 :Id;
  causation @10 :Id;
  correlation @11 :Id;
  body @12 :AnyPointer;  # of the struct named after the type
}

struct PersonCounts {
  registered @0 :UInt16;
  usual @1 :UInt16;
  present @2 :UInt16;
  awayInCounty @3 :UInt16;
  awayOutside @4 :UInt16;
  notVerified @5 :UInt16;
}

struct AreaDefined {
  code @0 :UInt64;
  name @1 :Text;
}

struct CampaignOpened {
  campaign @0 :Id;
  name @1 :Text;
}

struct RoundOpened {
  round @0 :Id;
  campaign @1 :Id;
  number @2 :UInt32;
  questionSet @3 :Text;
  riskList @4 :Text;
  deadline @5 :Int64;
}

struct RoundClosed {
  round @0 :Id;
}

struct DwellingRegistered {
  dwelling @0 :Id;
  state @1 :UInt8;
}

struct HouseholdRegistered {
  household @0 :Id;
  kind @1 :UInt8;
  persons @2 :PersonCounts;
}

struct HouseholdPlaced {
  household @0 :Id;
  dwelling @1 :Id;
  area @2 :UInt64;
  from @3 :Int64;
}

struct HouseholdWithdrawn {
  household @0 :Id;
  reason @1 :UInt8;
}

struct WorkerRegistered {
  worker @0 :Id;
  kind @1 :UInt8;
  home @2 :UInt64;
}

struct WorkerReportedIn {
  worker @0 :Id;
}

struct WorkerStoodDown {
  worker @0 :Id;
}

struct ResponsibilityTaken {
  responsibility @0 :Id;
  household @1 :Id;
  level @2 :UInt8;
  role @3 :UInt8;
  holderKind @4 :UInt8;
  basis @5 :UInt8;
  holder @6 :Id;
  from @7 :Int64;
}

struct ResponsibilityReleased {
  responsibility @0 :Id;
  household @1 :Id;
  at @2 :Int64;
  reason @3 :UInt8;
}

struct VisitRecorded {
  visit @0 :Id;
  household @1 :Id;
  round @2 :Id;
  doneBy @3 :List(Id);  # one to four
  enteredBy @4 :Id;
  mode @5 :UInt8;
  disposition @6 :UInt8;
  deviceSkewMs @7 :Int32;
  started @8 :Int64;
  ended @9 :Int64;
  persons @10 :PersonCounts;
}

struct VisitRetracted {
  visit @0 :Id;
  household @1 :Id;
  round @2 :Id;
  reason @3 :UInt8;
}

struct TaskOpened {
  task @0 :Id;
  household @1 :Id;
  round @2 :Id;
  kind @3 :UInt8;
  approach @4 :UInt8;
  reason @5 :UInt8;
  priority @6 :UInt8;
  ordinal @7 :UInt16;
  notBefore @8 :Int64;
  notAfter @9 :Int64;
}

struct TaskGiven {
  task @0 :Id;
  household @1 :Id;
  to @2 :Id;
  reason @3 :UInt8;
}

struct TaskDone {
  task @0 :Id;
  household @1 :Id;
  visit @2 :Id;
}

struct TaskCancelled {
  task @0 :Id;
  household @1 :Id;
  reason @2 :UInt8;
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
  log @0 :Id;
  epoch @1 :UInt64;  # the one before
  size @2 :UInt64;   # how many records were put back
  root @3 :Data;     # of the tree over them
  signature @4 :Text;   # the line that makes a signed checkpoint of these four
}
