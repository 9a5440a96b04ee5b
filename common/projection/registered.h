// What the register keeps of each area, round, door, household, worker and responsibility.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/domain/event.h"

namespace doorstep {

struct Area {
  AreaCode code{};
  std::string name{};
};

struct Campaign {
  CampaignId id{};
  std::string name{};
  Instant opened_at{};
};

struct Round {
  RoundId id{};
  CampaignId campaign{};
  std::uint32_t number{};
  std::string question_set{};
  std::string risk_list{};
  Instant opened_at{};
  Instant deadline{};
  bool open{};
};

struct Dwelling {
  DwellingId id{};
  DwellingState state{};
  AreaCode area{};
};

// Dense and stable: households are numbered in the order in which the log first names them (also by
// a visit to a household, or a responsibility for one, that nobody registered). Other projections
// keep their rows in vectors by this number.
enum class HouseholdIndex : std::uint32_t {};

struct Household {
  HouseholdId id{};
  HouseholdKind kind{};  // zero while not registered
  PersonCounts persons{};
  DwellingId dwelling{};
  AreaCode area{};  // unknown while not placed
  std::optional<WithdrawalReason> withdrawn{};
  bool registered{};

  // On the roster: registered, placed, not withdrawn.
  [[nodiscard]] bool on_roster() const { return registered && area.is_known() && !withdrawn; }
};

struct Worker {
  WorkerId id{};
  WorkerKind kind{};
  AreaCode home{};
  bool on_duty{};  // reported in and not stood down
};

struct Responsibility {
  ResponsibilityId id{};
  HouseholdId household{};  // nil: for `area`
  AreaCode area{};
  ResponsibilityLevel level{};
  ResponsibilityRole role{};
  Holder holder{};
  Instant from{};
  ResponsibilityBasis basis{};
  bool released{};
};

}  // namespace doorstep
