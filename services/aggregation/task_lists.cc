#include "services/aggregation/task_lists.h"

#include "common/domain/assert.h"

namespace doorstep::aggregation {
namespace {

constexpr std::size_t slot(TaskState state) { return static_cast<std::size_t>(state); }

}  // namespace

TaskLists::List& TaskLists::at(AreaNode node) {
  if (number(node) >= lists_.size()) lists_.resize(number(node) + 1);
  return lists_[number(node)];
}

void TaskLists::add(AreaTree& areas, const Task& task, std::uint32_t number) {
  const AreaNode place = areas.add(task.area);
  at(place).tasks.push_back(number);
  areas.upward(place, [&](AreaNode node) { ++at(node).counts[slot(task.state)]; });
}

void TaskLists::move(const AreaTree& areas, const Task& task, TaskState before) {
  if (task.state == before) return;
  const auto place = areas.find(task.area);
  DOORSTEP_ASSERT(place.has_value());
  areas.upward(*place, [&](AreaNode node) {
    TaskCounts& counts = at(node).counts;
    DOORSTEP_ASSERT(counts[slot(before)] > 0);
    --counts[slot(before)];
    ++counts[slot(task.state)];
  });
}

TaskCounts TaskLists::counts(AreaNode node) const {
  return number(node) < lists_.size() ? lists_[number(node)].counts : TaskCounts{};
}

const std::vector<std::uint32_t>& TaskLists::tasks_of(AreaNode node) const {
  static const std::vector<std::uint32_t> none{};
  return number(node) < lists_.size() ? lists_[number(node)].tasks : none;
}

}  // namespace doorstep::aggregation
