#include "services/aggregation/contribution.h"

#include <algorithm>

#include "common/domain/assert.h"

namespace doorstep::aggregation {
namespace {

// The one counter of a tally that this contribution is counted in; null for nothing.
std::uint32_t* counter(Tally& tally, const Contribution& contribution) {
  switch (contribution.counted_as) {
    case CountedAs::nothing:
      return nullptr;
    case CountedAs::untouched:
      return &tally.untouched;
    case CountedAs::answered:
      return &tally.by_disposition[contribution.slot];
    case CountedAs::withdrawn:
      return &tally.withdrawn[contribution.slot];
    case CountedAs::off_roster:
      return &tally.off_roster;
  }
  return nullptr;
}

std::uint8_t slot_of(WithdrawalReason reason) {
  const auto slot = static_cast<std::uint8_t>(reason);
  return slot < Tally{}.withdrawn.size() ? slot : std::uint8_t{0};
}

// The household was reached, so its residents are answered for even where the visit left the counts
// out.
bool reached_without_counts(const Visit& visit) {
  const bool reached = visit.disposition == Disposition::away_and_reached ||
                       visit.disposition == Disposition::screened_where_they_live;
  return reached && visit.persons == PersonCounts{};
}

}  // namespace

bool counts_persons(const Visit& visit) {
  return strength(answer_of(visit.disposition)) > strength(Answer::attempted) &&
         !reached_without_counts(visit);
}

Persons persons_of(std::uint16_t registered_usual, const Visit* deciding) {
  if (deciding == nullptr) return {registered_usual, registered_usual};
  if (reached_without_counts(*deciding)) return {registered_usual, 0};
  if (!counts_persons(*deciding)) return {registered_usual, registered_usual};
  const std::uint32_t usual = std::min(deciding->persons.usual, persons_max);
  return {usual, std::min<std::uint32_t>(deciding->persons.not_verified, usual)};
}

Contribution contribution(const Row& row, const Visit* deciding) {
  switch (row.standing) {
    case Standing::on_roster: {
      const Persons persons = persons_of(row.usual, deciding);
      Contribution counted{.area = row.area,
                           .counted_as = CountedAs::untouched,
                           .persons_usual = persons.usual,
                           .persons_not_verified = persons.not_verified};
      if (deciding != nullptr) {
        counted.counted_as = CountedAs::answered;
        counted.slot = static_cast<std::uint8_t>(deciding->disposition);
      }
      return counted;
    }
    case Standing::withdrawn:
      return {.area = row.area, .counted_as = CountedAs::withdrawn, .slot = slot_of(row.withdrawn)};
    case Standing::on_no_list:
      if (deciding == nullptr) return {};
      return {.area = deciding->area, .counted_as = CountedAs::off_roster};
  }
  return {};
}

void add(Tally& tally, const Contribution& contribution) {
  std::uint32_t* const counted = counter(tally, contribution);
  if (counted == nullptr) return;
  ++*counted;
  tally.persons_usual += contribution.persons_usual;
  tally.persons_not_verified += contribution.persons_not_verified;
}

void take(Tally& tally, const Contribution& contribution) {
  std::uint32_t* const counted = counter(tally, contribution);
  if (counted == nullptr) return;
  DOORSTEP_ASSERT(*counted > 0);
  DOORSTEP_ASSERT(tally.persons_usual >= contribution.persons_usual);
  DOORSTEP_ASSERT(tally.persons_not_verified >= contribution.persons_not_verified);
  --*counted;
  tally.persons_usual -= contribution.persons_usual;
  tally.persons_not_verified -= contribution.persons_not_verified;
}

}  // namespace doorstep::aggregation
