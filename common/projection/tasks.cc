#include "common/projection/tasks.h"

namespace doorstep {
namespace {

bool is_over(TaskState state) { return state == TaskState::done || state == TaskState::cancelled; }

}  // namespace

void Tasks::evolve(const Recorded& recorded) {
  // One case per event and no catch-all: a new event breaks this build until someone decides.
  std::visit(overloaded{
                 [&](const TaskOpened& opened) { open(opened, recorded); },
                 [&](const TaskGiven& given) { give(given, recorded); },
                 [&](const TaskDone& done) {
                   if (Task* task = end(done.task, TaskState::done, recorded)) {
                     task->done_by = done.visit;
                   }
                 },
                 [&](const TaskCancelled& cancelled) {
                   (void)end(cancelled.task, TaskState::cancelled, recorded);
                 },
                 [](const AreaDefined&) {},
                 [](const CampaignOpened&) {},
                 [](const RoundOpened&) {},
                 [](const RoundClosed&) {},
                 [](const DwellingRegistered&) {},
                 [](const HouseholdRegistered&) {},
                 [](const HouseholdPlaced&) {},
                 [](const HouseholdWithdrawn&) {},
                 [](const WorkerRegistered&) {},
                 [](const WorkerReportedIn&) {},
                 [](const WorkerStoodDown&) {},
                 [](const ResponsibilityTaken&) {},
                 [](const ResponsibilityReleased&) {},
                 [](const VisitRecorded&) {},
                 [](const VisitRetracted&) {},
                 [](const DemonstrationMarked&) {},
                 [](const ProjectionDigestRecorded&) {},
                 [](const LogRestored&) {},
                 [](const Unknown&) {},
             },
             recorded.event.body);
}

void Tasks::open(const TaskOpened& opened, const Recorded& recorded) {
  const auto number = static_cast<std::uint32_t>(tasks_.size());
  if (opened.task.is_nil() || !index_.try_emplace(opened.task, number).second) {
    ++unmatched_;
    return;
  }
  tasks_.push_back({.id = opened.task,
                    .kind = opened.kind,
                    .household = opened.household,
                    .round = opened.round,
                    .area = recorded.event.envelope.area,
                    .ordinal = opened.ordinal,
                    .approach = opened.approach,
                    .reason = opened.reason,
                    .not_before = opened.not_before,
                    .not_after = opened.not_after,
                    .priority = opened.priority,
                    .state = TaskState::open,
                    .opened_at = recorded.stamp.position,
                    .changed_at = recorded.stamp.position});
  list(opened.household, number);
}

void Tasks::list(HouseholdId household, std::uint32_t number) {
  const auto next_list = static_cast<std::uint32_t>(by_household_.size());
  const auto [at, is_new] = household_index_.try_emplace(household, next_list);
  if (is_new) by_household_.emplace_back();
  by_household_[at].push_back(number);
}

void Tasks::give(const TaskGiven& given, const Recorded& recorded) {
  if (given.to.is_nil()) {
    ++unmatched_;
    return;
  }
  Task* const task = change(given.task, recorded);
  if (task == nullptr) return;
  if (task->state == TaskState::given) --load_[task->given_to];
  ++load_[given.to];
  task->state = TaskState::given;
  task->given_to = given.to;
  task->given_reason = given.reason;
}

Task* Tasks::end(TaskId id, TaskState state, const Recorded& recorded) {
  Task* const task = change(id, recorded);
  if (task == nullptr) return nullptr;
  if (task->state == TaskState::given) --load_[task->given_to];
  task->state = state;
  return task;
}

Task* Tasks::change(TaskId id, const Recorded& recorded) {
  const auto number = index_.find(id);
  if (!number || is_over(tasks_[*number].state)) {
    ++unmatched_;
    return nullptr;
  }
  Task& task = tasks_[*number];
  task.changed_at = recorded.stamp.position;
  return &task;
}

const Task* Tasks::find(TaskId id) const {
  const auto number = index_.find(id);
  return number ? &tasks_[*number] : nullptr;
}

const std::vector<std::uint32_t>& Tasks::of(HouseholdId household) const {
  static const std::vector<std::uint32_t> none{};
  const auto list = household_index_.find(household);
  return list ? by_household_[*list] : none;
}

std::uint32_t Tasks::load(WorkerId worker) const {
  const auto at = load_.find(worker);
  return at == load_.end() ? 0 : at->second;
}

}  // namespace doorstep
