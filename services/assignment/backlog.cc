#include "services/assignment/backlog.h"

namespace doorstep::assignment {
namespace {

std::size_t at(HouseholdIndex household) { return static_cast<std::size_t>(household); }

HouseholdId household_of_task(const Body& body) {
  HouseholdId household{};
  std::visit(overloaded{
                 [&](const TaskOpened& e) { household = e.household; },
                 [&](const TaskGiven& e) { household = e.household; },
                 [&](const TaskDone& e) { household = e.household; },
                 [&](const TaskCancelled& e) { household = e.household; },
                 [](const auto&) {},
             },
             body);
  return household;
}

}  // namespace

void Backlog::note(const Recorded& recorded, const Register& known) {
  const Body& body = recorded.event.body;
  if (std::holds_alternative<RoundOpened>(body) || std::holds_alternative<RoundClosed>(body)) {
    sweep_next_ = 0;
  }
  if (const auto* reported_in = std::get_if<WorkerReportedIn>(&body)) {
    const Worker* const worker = known.worker(reported_in->worker);
    if (worker && worker->home.is_known()) came_at_.insert(worker->home);
  }
  // A lead may have been named before anyone registered them.
  if (std::holds_alternative<WorkerRegistered>(body)) look_at_all_waiting_ = true;
  if (const auto named = known.named()) add(*named);
  const HouseholdId of_task = household_of_task(body);
  if (of_task.is_nil()) return;
  if (const auto index = known.find(of_task)) add(*index);
}

void Backlog::add(HouseholdIndex household) {
  if (at(household) >= is_touched_.size()) is_touched_.resize(at(household) + 1);
  if (is_touched_[at(household)]) return;
  is_touched_[at(household)] = true;
  touched_.push_back(household);
}

void Backlog::add_all(const Register& known) {
  for (std::uint32_t i = 0; i < known.households().size(); ++i) add(HouseholdIndex{i});
}

std::optional<HouseholdIndex> Backlog::take(const Register& known) {
  add_whoever_may_be_helped();
  if (!touched_.empty()) {
    const HouseholdIndex first = touched_.front();
    touched_.pop_front();
    is_touched_[at(first)] = false;
    return first;
  }
  if (sweep_next_ >= known.households().size()) return std::nullopt;
  return HouseholdIndex{sweep_next_++};
}

void Backlog::set_waiting(HouseholdIndex household, bool waits, AreaCode area) {
  if (at(household) >= waits_at_.size()) {
    if (!waits) return;
    waits_at_.resize(at(household) + 1);
  }
  AreaCode& noted = waits_at_[at(household)];
  const AreaCode now_at = waits ? area : AreaCode{};
  if (noted == now_at) return;
  if (noted.is_known()) waiting_.erase({noted, household});
  if (now_at.is_known()) waiting_.insert({now_at, household});
  noted = now_at;
}

void Backlog::add_waiting_in(AreaCode home) {
  const auto last = last_in(home);
  for (auto one = waiting_.lower_bound({home, HouseholdIndex{}});
       one != waiting_.end() && one->first <= last; ++one) {
    add(one->second);
  }
}

void Backlog::add_whoever_may_be_helped() {
  if (look_at_all_waiting_) {
    for (const auto& [area, household] : waiting_) add(household);
  } else {
    for (const AreaCode home : came_at_) {
      if (level_of(home) >= AreaLevel::village) add_waiting_in(home);
    }
  }
  came_at_.clear();
  look_at_all_waiting_ = false;
}

}  // namespace doorstep::assignment
