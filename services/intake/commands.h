// What somebody asks intake to record, as it was understood: the fields of a request
// (docs/http-api.md) as domain values. Whether it can be recorded is decided against what the log
// has stated so far.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "common/domain/event.h"

namespace doorstep::intake {

struct RecordVisit {
  EventId id{};
  HouseholdId household{};
  RoundId round{};  // nil: the current one
  DoneBy done_by{};
  WorkerId entered_by{};
  VisitMode mode{};
  Instant started{};
  Instant ended{};
  Disposition disposition{};
  std::optional<PersonCounts> persons{};
  AreaCode area{};  // needed only where the household is on no list
  DeviceId device{};
  std::optional<Instant> happened_at{};  // default: ended
  std::optional<Instant> sent_at{};      // the device's clock when it sent
};

// The visit that a retraction names, as the log has it.
struct StoredVisit {
  HouseholdId household{};
  RoundId round{};
  AreaCode area{};
};

struct RetractVisit {
  EventId id{};
  VisitId visit{};
  RetractionReason reason{};
  Instant happened_at{};
  ActorId actor{};
  std::optional<StoredVisit> of{};  // found in the log before deciding
};

struct RegisterHousehold {
  EventId id{};
  HouseholdId household{};
  DwellingId dwelling{};
  HouseholdKind kind{};
  AreaCode area{};
  PersonCounts persons{};
  Instant happened_at{};
  ActorId actor{};
};

struct WithdrawHousehold {
  EventId id{};
  HouseholdId household{};
  WithdrawalReason reason{};
  Instant happened_at{};
  ActorId actor{};
};

struct OpenCampaign {
  EventId id{};
  CampaignId campaign{};
  std::string name{};
  AreaCode area{};
  std::optional<Instant> happened_at{};  // default: now
};

struct OpenRound {
  EventId id{};
  RoundId round{};
  CampaignId campaign{};
  std::optional<std::uint32_t> number{};  // default: the campaign's next
  std::string question_set{};
  std::string risk_list{};
  std::optional<Instant> deadline{};     // default: 14 hours after happened_at
  std::optional<Instant> happened_at{};  // default: now
};

struct CloseRound {
  EventId id{};
  RoundId round{};
  std::optional<Instant> happened_at{};  // default: now
};

struct ReportIn {
  EventId id{};
  WorkerId worker{};
  Instant happened_at{};
};

struct StandDown {
  EventId id{};
  WorkerId worker{};
  Instant happened_at{};
};

struct ReleaseResponsibility {
  EventId id{};
  ResponsibilityId responsibility{};
  ReleaseReason reason{};
  Instant happened_at{};
};

using Command =
    std::variant<RecordVisit, RetractVisit, RegisterHousehold, WithdrawHousehold, OpenCampaign,
                 OpenRound, CloseRound, ReportIn, StandDown, ReleaseResponsibility>;

}  // namespace doorstep::intake
