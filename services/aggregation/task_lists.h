// Where the tasks are: how many of each state an area has with all below it, and which ones.
// Derived from the tasks alone, so it is not stored. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/projection/tasks.h"
#include "services/aggregation/area_tree.h"

namespace doorstep::aggregation {

// By TaskState, index = its number.
using TaskCounts = std::array<std::uint32_t, 5>;

class TaskLists {
 public:
  // `task` is `number` in the order opened; it is new.
  void add(AreaTree& areas, const Task& task, std::uint32_t number);
  // `task` was in state `before`. Pre-condition: it was added.
  void move(const AreaTree& areas, const Task& task, TaskState before);

  // Of the area with all below it.
  [[nodiscard]] TaskCounts counts(AreaNode node) const;
  // Numbers of the tasks of exactly this area, ascending.
  [[nodiscard]] const std::vector<std::uint32_t>& tasks_of(AreaNode node) const;

 private:
  struct List {
    TaskCounts counts{};
    std::vector<std::uint32_t> tasks{};
  };
  List& at(AreaNode node);

  std::vector<List> lists_{};
};

}  // namespace doorstep::aggregation
