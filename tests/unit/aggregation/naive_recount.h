// The same counts by brute force: keeps every fact it can use and counts everything anew when
// asked. Slow and plain on purpose, so that it is right for other reasons than the projection is.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "common/domain/tally.h"
#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {

class NaiveRecount {
 public:
  void add(const Recorded& recorded) {
    std::visit([&](const auto& said) { on(said, recorded); }, recorded.event.body);
  }

  // Every area with all below it.
  [[nodiscard]] std::map<AreaCode, Tally> tallies(RoundId round) const {
    const bool is_round = rounds_.contains(round);
    const Roster& roster = is_round && !rounds_.at(round).open ? rounds_.at(round).frozen : now_;
    std::set<HouseholdId> named;
    for (const auto& [id, entry] : roster) named.insert(id);
    for (const Seen& visit : visits_) named.insert(visit.said.household);

    std::map<AreaCode, Tally> counted;
    for (const HouseholdId id : named) {
      const auto entry = roster.find(id);
      const Seen* const best = is_round ? deciding(id, round) : nullptr;
      const auto [area, tally] = count(entry == roster.end() ? Entry{} : entry->second, best);
      counted[area] += tally;
      for (AreaCode above = parent(area); above.is_known(); above = parent(above)) {
        counted[above] += tally;
      }
    }
    return counted;
  }
  [[nodiscard]] std::vector<RoundId> rounds() const {
    std::vector<RoundId> ids{RoundId{}};
    for (const auto& [id, round] : rounds_) ids.push_back(id);
    return ids;
  }

 private:
  struct Entry {
    bool registered{};
    bool withdrawn{};
    std::uint8_t reason{};
    AreaCode area{};
    std::uint32_t usual{};
  };
  using Roster = std::map<HouseholdId, Entry>;
  struct Seen {
    VisitRecorded said{};
    Position position{};
    std::int64_t effective{};
    AreaCode area{};
    bool retracted{};
  };
  struct Screening {
    bool open{true};
    Roster frozen{};
  };

  void on(const RoundOpened& said, const Recorded&) {
    if (said.round.is_nil() || !rounds_.try_emplace(said.round).second) return;
    opened_.push_back(said.round);
  }
  void on(const RoundClosed& said, const Recorded&) {
    const auto round = rounds_.find(said.round);
    if (round == rounds_.end() || !round->second.open) return;
    round->second = {.open = false, .frozen = now_};
  }
  void on(const HouseholdRegistered& said, const Recorded&) {
    if (said.household.is_nil()) return;
    Entry& entry = now_[said.household];
    if (entry.registered && !entry.withdrawn) return;
    entry.registered = true;
    entry.withdrawn = false;
    entry.usual = std::min<std::uint32_t>(said.persons.usual, 5'000);
  }
  void on(const HouseholdPlaced& said, const Recorded&) {
    if (!said.household.is_nil()) now_[said.household].area = said.area;
  }
  void on(const HouseholdWithdrawn& said, const Recorded&) {
    const auto entry = now_.find(said.household);
    if (entry == now_.end() || !entry->second.registered || entry->second.withdrawn) return;
    entry->second.withdrawn = true;
    entry->second.reason = static_cast<std::uint8_t>(said.reason);
  }
  void on(const VisitRecorded& said, const Recorded& recorded) {
    const int disposition = static_cast<int>(said.disposition);
    const bool fits = !said.household.is_nil() && rounds_.contains(said.round) &&
                      disposition >= 1 && disposition <= 12;
    if (!fits) return;
    for (const Seen& seen : visits_) {
      const bool is_same = seen.said.visit == said.visit && seen.said.round == said.round &&
                           seen.said.household == said.household;
      if (is_same) return;
    }
    const std::int64_t claimed = recorded.event.envelope.happened_at.unix_ms - said.device_skew_ms;
    visits_.push_back({.said = said,
                       .position = recorded.stamp.position,
                       .effective = std::min(claimed, recorded.stamp.recorded_at.unix_ms),
                       .area = recorded.event.envelope.area});
  }
  void on(const VisitRetracted& said, const Recorded&) {
    // Under one id in two rounds: the round opened last, then the visit recorded last.
    Seen* found = nullptr;
    for (const RoundId round : opened_) {
      for (Seen& seen : visits_) {
        const bool is_it = seen.said.visit == said.visit && seen.said.round == round &&
                           seen.said.household == said.household && !seen.retracted;
        if (is_it) found = &seen;
      }
    }
    if (found != nullptr) found->retracted = true;
  }
  template <class Other>
  void on(const Other&, const Recorded&) {}

  [[nodiscard]] const Seen* deciding(HouseholdId household, RoundId round) const {
    const auto strength_of = [](const Seen& seen) {
      const int disposition = static_cast<int>(seen.said.disposition);
      return disposition <= 7 ? 3 : disposition == 8 ? 2 : 1;
    };
    const Seen* best = nullptr;
    for (const Seen& seen : visits_) {
      if (seen.said.household != household || seen.said.round != round || seen.retracted) continue;
      const bool wins =
          best == nullptr || strength_of(seen) > strength_of(*best) ||
          (strength_of(seen) == strength_of(*best) && seen.effective >= best->effective);
      if (wins) best = &seen;
    }
    return best;
  }

  static std::pair<AreaCode, Tally> count(const Entry& entry, const Seen* best) {
    Tally tally;
    if (entry.registered && entry.withdrawn) {
      tally.withdrawn[entry.reason < 6 ? entry.reason : 0] = 1;
      return {entry.area, tally};
    }
    if (!entry.registered || !entry.area.is_known()) {
      tally.off_roster = best == nullptr ? 0 : 1;
      return {best == nullptr ? AreaCode{} : best->area, tally};
    }
    tally.persons_usual = entry.usual;
    tally.persons_not_verified = entry.usual;
    if (best == nullptr) {
      tally.untouched = 1;
      return {entry.area, tally};
    }
    const int disposition = static_cast<int>(best->said.disposition);
    tally.by_disposition[static_cast<std::size_t>(disposition)] = 1;
    const PersonCounts& persons = best->said.persons;
    if ((disposition == 2 || disposition == 6) && persons == PersonCounts{}) {
      tally.persons_not_verified = 0;
    } else if (disposition <= 8) {
      tally.persons_usual = std::min<std::uint32_t>(persons.usual, 5'000);
      tally.persons_not_verified =
          std::min<std::uint32_t>(persons.not_verified, tally.persons_usual);
    }
    return {entry.area, tally};
  }

  Roster now_{};
  std::map<RoundId, Screening> rounds_{};
  std::vector<RoundId> opened_{};
  std::vector<Seen> visits_{};
};

}  // namespace doorstep::aggregation
