# What reporting and the command line ask aggregation. Framing as in schema/log.capnp. Every answer carries
# the position up to which it is true.
@0xe1a46b7f90d2c358;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("doorstep::schema");

using Event = import "event.capnp";

struct PersonCounts {
  registered @0 :UInt16;
  usual @1 :UInt16;
  present @2 :UInt16;
  awayInCounty @3 :UInt16;
  awayOutside @4 :UInt16;
  notVerified @5 :UInt16;
}

# A nil round means the current one.
struct Question {
  number @0 :UInt64;
  union {
    area @1 :AreaQuestion;         # the area itself
    children @2 :AreaQuestion;     # the areas one level below
    households @3 :HouseholdsQuestion;
    household @4 :HouseholdQuestion;
    tasks @5 :TasksQuestion;
    rounds @6 :Void;
    digest @7 :Void;
    watch @8 :UInt64;              # answer once anything after this position changed
  }
}

struct AreaQuestion {
  area @0 :UInt64;
  round @1 :Event.Id;
}

struct HouseholdsQuestion {
  area @0 :UInt64;   # this area and all below
  round @1 :Event.Id;
  after @2 :Event.Id;  # of the previous page
  limit @3 :UInt32;    # 1 to 1000
}

struct HouseholdQuestion {
  household @0 :Event.Id;
  round @1 :Event.Id;
}

struct TasksQuestion {
  area @0 :UInt64;   # this area and all below
  state @1 :UInt8;   # 0 for all
  after @2 :UInt64;  # the `next` of the previous page; 0 for the first
  limit @3 :UInt32;  # 1 to 1000
}

# Which log's history the figures are of, and how they were made of it: positions of two editions have nothing
# to do with each other.
struct Edition {
  log @0 :Event.Id;
  epoch @1 :UInt64;
  fold @2 :UInt32;   # the version of the projection
}

struct Answer {
  number @0 :UInt64;
  asOf @1 :UInt64;
  recordedAt @2 :Int64;
  head @3 :UInt64;     # of the log, as aggregation last heard
  union {
    areas @4 :List(AreaView);
    households @5 :HouseholdPage;
    tasks @6 :TaskPage;
    rounds @7 :List(RoundView);
    digest @8 :DigestView;
    changed @9 :List(UInt64);  # areas whose tally or tasks changed, ancestors included
    notFound @10 :Text;
    invalid @11 :Text;
  }
  edition @12 :Edition;
}

struct AreaView {
  code @0 :UInt64;
  name @1 :Text;
  children @2 :UInt32;
  tally @3 :Tally;
  round @4 :Event.Id;
}

struct Tally {
  byDisposition @0 :List(UInt32);  # index = the number of the disposition
  untouched @1 :UInt32;
  withdrawn @2 :List(UInt32);      # index = the number of the reason
  offRoster @3 :UInt32;
  personsUsual @4 :UInt32;
  personsNotVerified @5 :UInt32;
}

struct HouseholdView {
  household @0 :Event.Id;
  area @1 :UInt64;
  kind @2 :UInt8;
  withdrawn @3 :UInt8;     # 0 or the reason
  onRoster @4 :Bool;
  disposition @5 :UInt8;   # 0: untouched
  decidedBy @6 :UInt64;    # the position of the visit that decided it; 0: none
  happenedAt @7 :Int64;    # of that visit
  visits @8 :UInt16;       # unretracted, in this round
  persons @9 :PersonCounts;  # as registered, or as the deciding visit counted them
  leadKind @10 :UInt8;     # 0: nobody answers for it
  lead @11 :Event.Id;
}

struct HouseholdPage {
  households @0 :List(HouseholdView);
  next @1 :Event.Id;  # nil: the last page
}

struct TaskView {
  task @0 :Event.Id;
  household @1 :Event.Id;
  round @2 :Event.Id;
  area @3 :UInt64;
  kind @4 :UInt8;
  approach @5 :UInt8;
  reason @6 :UInt8;
  state @7 :UInt8;
  priority @8 :UInt8;
  givenReason @9 :UInt8;
  ordinal @10 :UInt16;
  notBefore @11 :Int64;
  notAfter @12 :Int64;
  givenTo @13 :Event.Id;
  openedAt @14 :UInt64;
  changedAt @15 :UInt64;
  doneBy @16 :Event.Id;   # the visit that closed it; nil while none has
}

struct TaskPage {
  tasks @0 :List(TaskView);
  next @1 :UInt64;  # 0: the last page
  counts @2 :List(UInt32);  # of all in the area by state, index = its number
}

struct RoundView {
  round @0 :Event.Id;
  campaign @1 :Event.Id;
  campaignName @2 :Text;
  number @3 :UInt32;
  questionSet @4 :Text;
  riskList @5 :Text;
  openedAt @6 :Int64;
  deadline @7 :Int64;
  open @8 :Bool;
}

struct DigestView {
  projection @0 :Text;
  version @1 :UInt32;
  sha256 @2 :Data;
}
