// The small county of the examples: two villages, three grids, three households, two rounds.
#pragma once

#include <cstdint>
#include <vector>

#include "services/aggregation/coverage.h"
#include "tests/support/fold_spec.h"

namespace doorstep::aggregation {

inline constexpr AreaCode county{43122400000000000};
inline constexpr AreaCode township{43122410000000000};
inline constexpr AreaCode village_1{43122410000100000};
inline constexpr AreaCode village_2{43122410000200000};
inline constexpr AreaCode grid_1{43122410000100100};
inline constexpr AreaCode grid_2{43122410000100200};
inline constexpr AreaCode grid_3{43122410000200100};  // in the second village

inline constexpr HouseholdId li{{1, 1}}, wang{{1, 2}}, zhao{{1, 3}};
inline constexpr CampaignId spring{{2, 1}};
inline constexpr RoundId round_1{{3, 1}}, round_2{{3, 2}};

[[nodiscard]] inline RoundOpened opened(RoundId round, std::uint32_t number = 1) {
  return {.round = round, .campaign = spring, .number = number};
}

[[nodiscard]] inline HouseholdRegistered registered(HouseholdId household,
                                                    std::uint16_t usual = 3) {
  return {.household = household,
          .kind = HouseholdKind::family,
          .persons = {.registered = usual, .usual = usual}};
}

[[nodiscard]] inline HouseholdPlaced placed(HouseholdId household, AreaCode area) {
  return {.household = household, .dwelling = {{4, household.value.low}}, .area = area};
}

[[nodiscard]] inline std::vector<test::Fact> living_at(HouseholdId household, AreaCode area,
                                                       std::uint16_t usual = 3) {
  return {registered(household, usual), placed(household, area)};
}

[[nodiscard]] inline HouseholdWithdrawn withdrawn(HouseholdId household, WithdrawalReason reason) {
  return {household, reason};
}

[[nodiscard]] inline VisitRecorded visit(std::uint64_t id, HouseholdId household,
                                         Disposition disposition, RoundId round = round_1) {
  return {.visit = {{5, id}}, .household = household, .round = round, .disposition = disposition};
}

[[nodiscard]] inline VisitRecorded counting(VisitRecorded visit, std::uint16_t usual,
                                            std::uint16_t not_verified) {
  visit.persons = {.usual = usual, .not_verified = not_verified};
  return visit;
}

[[nodiscard]] inline VisitRecorded skewed(VisitRecorded visit, std::int32_t device_skew_ms) {
  visit.device_skew_ms = device_skew_ms;
  return visit;
}

[[nodiscard]] inline VisitRetracted retracted(std::uint64_t id, HouseholdId household) {
  return {.visit = {{5, id}}, .household = household, .round = round_1};
}

[[nodiscard]] inline Tally tally_of(const Coverage& coverage, AreaCode area,
                                    RoundId round = round_1) {
  const auto sheet = round.is_nil() ? Answers::standing_roster : coverage.answers().find(round);
  const auto node = coverage.areas().find(area);
  return sheet && node ? coverage.tally(*sheet, *node) : Tally{};
}

[[nodiscard]] inline const Visit* deciding_visit(const Coverage& coverage, HouseholdId household,
                                                 RoundId round = round_1) {
  const auto sheet = coverage.answers().find(round);
  const auto index = coverage.registered().find(household);
  return sheet && index ? coverage.answers().deciding(coverage.answers().row(*sheet, *index))
                        : nullptr;
}

}  // namespace doorstep::aggregation
