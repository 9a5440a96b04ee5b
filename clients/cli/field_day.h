// A screening day in a county, as the list of what its people send to intake, in the order in which
// they send it. Pure: the same county and settings give the same day, times and ids included.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "clients/cli/field_county.h"
#include "common/domain/event.h"

namespace doorstep::cli {

struct DaySettings {
  std::uint64_t seed{1};
  Instant from{};  // when the first workers report in: a county starts at 08:00
  Milliseconds length{std::chrono::hours{14}};  // the course of the day is pressed into this
};

// A household found at a door and entered in the register.
struct Registration {
  HouseholdId household{};
  DwellingId dwelling{};
  HouseholdKind kind{};
  AreaCode area{};
  PersonCounts persons{};
};

using FieldFact = std::variant<WorkerReportedIn, WorkerStoodDown, VisitRecorded, VisitRetracted,
                               Registration, HouseholdWithdrawn>;

struct FieldAction {
  Instant send_at{};
  EventId id{};
  Instant happened_at{};  // by the county's clock; the device's own is `skew_ms` ahead of it
  WorkerId actor{};
  DeviceId device{};  // nil: an office computer
  std::int32_t skew_ms{};
  AreaCode area{};  // of a visit to a household that is on no list; else not known
  FieldFact fact{};
  bool again{};  // the phone did not hear the answer and sends it once more
};

struct FieldDay {
  CampaignId campaign{};
  RoundId round{};
  Instant from{};
  Instant deadline{};
  std::vector<FieldAction> actions{};  // by send_at
};

[[nodiscard]] FieldDay make_day(const County& county, const DaySettings& settings);

// The subject whose facts must arrive in order: the household's or worker's id.
[[nodiscard]] Uuid subject_of(const FieldAction& action);

}  // namespace doorstep::cli
