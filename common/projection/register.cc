#include "common/projection/register.h"

#include <algorithm>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep {

void Register::evolve(const Recorded& recorded) {
  const Envelope& envelope = recorded.event.envelope;
  named_.reset();
  // One case per event and no catch-all: a new event breaks this build until someone decides.
  std::visit(overloaded{
                 [&](const AreaDefined& area) {
                   if (!area.code.is_known()) {
                     ++unmatched_;
                     return;
                   }
                   // Said again, it renames the area: places do get new names.
                   areas_[area.code] = {area.code, std::string{area.name}};
                 },
                 [&](const CampaignOpened& opened) {
                   const Campaign campaign{opened.campaign, std::string{opened.name},
                                           recorded.stamp.recorded_at};
                   if (!campaigns_.try_emplace(opened.campaign, campaign).second) ++unmatched_;
                 },
                 [&](const RoundOpened& opened) { open_round(opened, recorded.stamp.recorded_at); },
                 [&](const RoundClosed& closed) { close_round(closed.round); },
                 [&](const DwellingRegistered& registered) {
                   register_dwelling(registered, envelope.area);
                 },
                 [&](const HouseholdRegistered& registered) { register_household(registered); },
                 [&](const HouseholdPlaced& placed) { place(placed); },
                 [&](const HouseholdWithdrawn& withdrawn) { withdraw(withdrawn); },
                 [&](const WorkerRegistered& registered) { register_worker(registered); },
                 [&](const WorkerReportedIn& reported) { set_on_duty(reported.worker, true); },
                 [&](const WorkerStoodDown& stood_down) { set_on_duty(stood_down.worker, false); },
                 [&](const ResponsibilityTaken& taken) { take(taken, envelope.area); },
                 [&](const ResponsibilityReleased& released) { release(released.responsibility); },
                 [&](const VisitRecorded& visit) { (void)name(visit.household); },
                 [&](const VisitRetracted& retracted) { named_ = find(retracted.household); },
                 [](const TaskOpened&) {},
                 [](const TaskGiven&) {},
                 [](const TaskDone&) {},
                 [](const TaskCancelled&) {},
                 [](const DemonstrationMarked&) {},
                 [](const ProjectionDigestRecorded&) {},
                 [](const LogRestored&) {},
                 [](const Unknown&) {},
             },
             recorded.event.body);
}

Household* Register::name(HouseholdId id) {
  if (id.is_nil()) {
    ++unmatched_;
    return nullptr;
  }
  const auto next_number = static_cast<std::uint32_t>(households_.size());
  const auto [number, is_new] = household_index_.try_emplace(id, next_number);
  if (is_new) {
    households_.push_back({.id = id});
    taken_last_.push_back(none);
  }
  named_ = HouseholdIndex{number};
  return &households_[number];
}

void Register::register_household(const HouseholdRegistered& registered) {
  Household* const household = name(registered.household);
  if (household == nullptr) return;
  // Registered again after a withdrawal it is back; registered twice, the first word stands.
  if (household->registered && !household->withdrawn) {
    ++unmatched_;
    return;
  }
  household->registered = true;
  household->withdrawn.reset();
  household->kind = registered.kind;
  household->persons = registered.persons;
}

void Register::place(const HouseholdPlaced& placed) {
  Household* const household = name(placed.household);
  if (household == nullptr) return;
  if (!household->registered) ++unmatched_;  // kept all the same: the registration may come later
  household->dwelling = placed.dwelling;
  household->area = placed.area;
}

void Register::withdraw(const HouseholdWithdrawn& withdrawn) {
  Household* const household = name(withdrawn.household);
  if (household == nullptr) return;
  if (!household->registered || household->withdrawn) {
    ++unmatched_;
    return;
  }
  household->withdrawn = withdrawn.reason;
}

void Register::open_round(const RoundOpened& opened, Instant at) {
  if (opened.round.is_nil() || round(opened.round) != nullptr) {
    ++unmatched_;
    return;
  }
  rounds_.push_back({.id = opened.round,
                     .campaign = opened.campaign,
                     .number = opened.number,
                     .question_set = std::string{opened.question_set},
                     .risk_list = std::string{opened.risk_list},
                     .opened_at = at,
                     .deadline = opened.deadline,
                     .open = true});
}

void Register::close_round(RoundId id) {
  const auto at = std::ranges::find(rounds_, id, &Round::id);
  if (at == rounds_.end() || !at->open) {
    ++unmatched_;
    return;
  }
  at->open = false;
}

void Register::register_dwelling(const DwellingRegistered& registered, AreaCode area) {
  const auto number = static_cast<std::uint32_t>(dwellings_.size());
  if (!dwelling_index_.try_emplace(registered.dwelling, number).second) {
    ++unmatched_;
    return;
  }
  dwellings_.push_back({registered.dwelling, registered.state, area});
}

void Register::register_worker(const WorkerRegistered& registered) {
  const Worker worker{.id = registered.worker, .kind = registered.kind, .home = registered.home};
  if (worker.id.is_nil() || !workers_.try_emplace(worker.id, worker).second) {
    ++unmatched_;
    return;
  }
  std::vector<WorkerId>& neighbours = workers_by_home_[worker.home];
  neighbours.insert(std::ranges::lower_bound(neighbours, worker.id), worker.id);
}

void Register::set_on_duty(WorkerId id, bool on_duty) {
  const auto at = workers_.find(id);
  if (at == workers_.end()) {
    ++unmatched_;
    return;
  }
  at->second.on_duty = on_duty;
}

void Register::take(const ResponsibilityTaken& taken, AreaCode area) {
  const auto number = static_cast<std::uint32_t>(responsibilities_.size());
  if (taken.responsibility.is_nil() ||
      !responsibility_index_.try_emplace(taken.responsibility, number).second) {
    ++unmatched_;
    return;
  }
  responsibilities_.push_back({.id = taken.responsibility,
                               .household = taken.household,
                               .area = area,
                               .level = taken.level,
                               .role = taken.role,
                               .holder = taken.holder,
                               .from = taken.from,
                               .basis = taken.basis});
  taken_before_.push_back(none);
  if (taken.household.is_nil()) return;  // for the area as a whole
  (void)name(taken.household);
  std::uint32_t& last = taken_last_[std::to_underlying(*named_)];
  taken_before_.back() = std::exchange(last, number);
}

void Register::release(ResponsibilityId id) {
  const auto number = responsibility_index_.find(id);
  if (!number || responsibilities_[*number].released) {
    ++unmatched_;
    return;
  }
  Responsibility& responsibility = responsibilities_[*number];
  responsibility.released = true;
  named_ = find(responsibility.household);
}

const Area* Register::area(AreaCode code) const {
  const auto at = areas_.find(code);
  return at == areas_.end() ? nullptr : &at->second;
}

const Campaign* Register::campaign(CampaignId id) const {
  const auto at = campaigns_.find(id);
  return at == campaigns_.end() ? nullptr : &at->second;
}

const Round* Register::round(RoundId id) const {
  const auto at = std::ranges::find(rounds_, id, &Round::id);
  return at == rounds_.end() ? nullptr : &*at;
}

const Round* Register::current_round() const {
  if (rounds_.empty()) return nullptr;
  const auto open =
      std::find_if(rounds_.rbegin(), rounds_.rend(), [](const Round& round) { return round.open; });
  return open == rounds_.rend() ? &rounds_.back() : &*open;
}

const Dwelling* Register::dwelling(DwellingId id) const {
  const auto number = dwelling_index_.find(id);
  return number ? &dwellings_[*number] : nullptr;
}

const Household& Register::household(HouseholdIndex index) const {
  DOORSTEP_ASSERT(std::to_underlying(index) < households_.size());
  return households_[std::to_underlying(index)];
}

std::optional<HouseholdIndex> Register::find(HouseholdId id) const {
  const auto number = household_index_.find(id);
  if (!number) return std::nullopt;
  return HouseholdIndex{*number};
}

const Worker* Register::worker(WorkerId id) const {
  const auto at = workers_.find(id);
  return at == workers_.end() ? nullptr : &at->second;
}

const Responsibility* Register::responsibility(ResponsibilityId id) const {
  const auto number = responsibility_index_.find(id);
  return number ? &responsibilities_[*number] : nullptr;
}

std::optional<Holder> Register::lead_of(HouseholdId id) const {
  const auto index = find(id);
  if (!index) return std::nullopt;
  // The latest taken and unreleased one wins where two are stated.
  for (std::uint32_t at = taken_last_[std::to_underlying(*index)]; at != none;
       at = taken_before_[at]) {
    const Responsibility& one = responsibilities_[at];
    const bool is_lead = one.level == ResponsibilityLevel::covers_household &&
                         one.role == ResponsibilityRole::lead && !one.released;
    if (is_lead) return one.holder;
  }
  return std::nullopt;
}

}  // namespace doorstep
