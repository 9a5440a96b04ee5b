#include "services/aggregation/answers.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::aggregation {
namespace {

// A repetition comes soon after; looking further back would make one household's fold quadratic.
constexpr int repetition_depth_max = 64;

}  // namespace

Instant effective_time(Instant happened_at, std::int32_t skew_ms, Instant recorded_at) {
  // A device may claim any time at all: stay clear of the ends of the number.
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 2;
  const Instant claimed{std::clamp(happened_at.unix_ms, -far, far)};
  return std::min(claimed - Milliseconds{skew_ms}, recorded_at);
}

bool decides_over(const Visit& one, const Visit& other) {
  const auto rank = [](const Visit& visit) {
    return std::tuple{strength(answer_of(visit.disposition)), visit.effective, visit.position};
  };
  return rank(one) > rank(other);
}

Answers::Answers() { sheets_.push_back({.open = true}); }

std::optional<SheetNumber> Answers::find(RoundId round) const {
  if (round.is_nil()) return std::nullopt;
  // From the back: nearly every visit names one of the last rounds.
  for (std::size_t i = sheets_.size(); i-- > 0;) {
    if (sheets_[i].round == round) return static_cast<SheetNumber>(i);
  }
  return std::nullopt;
}

Row Answers::row(SheetNumber number, HouseholdIndex household) const {
  const std::vector<Row>& rows = sheet(number).rows;
  const std::size_t at = std::to_underlying(household);
  return at < rows.size() ? rows[at] : Row{};
}

Row& Answers::row_at(SheetNumber number, HouseholdIndex index) {
  std::vector<Row>& rows = sheets_[std::to_underlying(number)].rows;
  const std::size_t at = std::to_underlying(index);
  if (at >= rows.size()) rows.resize(at + 1);
  return rows[at];
}

const Visit* Answers::deciding(const Row& row) const {
  return row.deciding == no_visit ? nullptr : &visits_[row.deciding];
}

std::optional<SheetNumber> Answers::open(RoundId round) {
  if (round.is_nil() || find(round)) return std::nullopt;
  sheets_.push_back({.round = round, .open = true});
  return static_cast<SheetNumber>(sheets_.size() - 1);
}

void Answers::close(RoundId round) {
  if (const auto number = find(round)) sheets_[std::to_underlying(*number)].open = false;
}

void Answers::restate(SheetNumber number, HouseholdIndex index, const Household& household) {
  Sheet& sheet = sheets_[std::to_underlying(number)];
  DOORSTEP_ASSERT(sheet.open);
  Row& row = row_at(number, index);
  if (row.standing == Standing::on_roster) --sheet.on_roster;
  row.area = household.area;
  row.usual = std::min(household.persons.usual, persons_max);
  row.withdrawn = household.withdrawn.value_or(WithdrawalReason{});
  if (household.on_roster()) {
    row.standing = Standing::on_roster;
    ++sheet.on_roster;
  } else {
    row.standing = household.withdrawn ? Standing::withdrawn : Standing::on_no_list;
  }
}

void Answers::record(SheetNumber number, HouseholdIndex index, const Visit& visit) {
  Row& row = row_at(number, index);
  const auto at = static_cast<std::uint32_t>(visits_.size());
  visits_.push_back(visit);
  visits_.back().before = std::exchange(row.latest, at);
  ++row.visits;
  const Visit* const decided = deciding(row);
  if (decided == nullptr || decides_over(visit, *decided)) row.deciding = at;
}

bool Answers::repeats(SheetNumber number, HouseholdIndex index, VisitId visit) const {
  int depth = 0;
  for (std::uint32_t at = row(number, index).latest; at != no_visit; at = visits_[at].before) {
    if (visits_[at].id == visit) return true;
    if (++depth == repetition_depth_max) return false;
  }
  return false;
}

std::optional<Answers::Place> Answers::find(HouseholdIndex index, VisitId visit) const {
  for (std::size_t i = sheets_.size(); i-- > 0;) {
    const auto number = static_cast<SheetNumber>(i);
    for (std::uint32_t at = row(number, index).latest; at != no_visit; at = visits_[at].before) {
      if (visits_[at].id == visit && !visits_[at].retracted) return Place{number, at};
    }
  }
  return std::nullopt;
}

void Answers::retract(HouseholdIndex index, Place place) {
  Row& row = row_at(place.sheet, index);
  visits_[place.visit].retracted = true;
  --row.visits;
  if (row.deciding != place.visit) return;
  // Fall back to the strongest of what is left.
  row.deciding = no_visit;
  for (std::uint32_t at = row.latest; at != no_visit; at = visits_[at].before) {
    if (visits_[at].retracted) continue;
    if (row.deciding == no_visit || decides_over(visits_[at], visits_[row.deciding])) {
      row.deciding = at;
    }
  }
}

}  // namespace doorstep::aggregation
