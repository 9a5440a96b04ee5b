// The tasks that the log has opened, and what became of them. Pure and total.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/id_index.h"

namespace doorstep {

struct Task {
  TaskId id{};
  TaskKind kind{};
  HouseholdId household{};
  RoundId round{};
  AreaCode area{};  // where the household was when it was opened
  std::uint16_t ordinal{};
  TaskApproach approach{};
  TaskReason reason{};
  Instant not_before{};
  Instant not_after{};
  std::uint8_t priority{};
  TaskState state{};
  WorkerId given_to{};
  GivenReason given_reason{};
  VisitId done_by{};
  Position opened_at{};
  Position changed_at{};
};

class Tasks {
 public:
  void evolve(const Recorded& recorded);

  [[nodiscard]] const std::vector<Task>& all() const { return tasks_; }  // in the order opened
  [[nodiscard]] const Task* find(TaskId id) const;
  // The tasks of a household, in the order opened, as indices into all().
  [[nodiscard]] const std::vector<std::uint32_t>& of(HouseholdId household) const;
  // How many given tasks a worker has that are neither done nor cancelled.
  [[nodiscard]] std::uint32_t load(WorkerId worker) const;
  // Facts that fit nothing: opened twice, given after done, about no known task.
  [[nodiscard]] std::uint64_t unmatched() const { return unmatched_; }

  // For snapshots (archived.h); a reader that got something else has failed.
  template <class Archive>
  void archive(Archive& archive);

 private:
  void list(HouseholdId household, std::uint32_t number);
  [[nodiscard]] bool index_again();
  void open(const TaskOpened& opened, const Recorded& recorded);
  void give(const TaskGiven& given, const Recorded& recorded);
  // Null where the fact fits nothing: no such task, or it is over.
  Task* end(TaskId id, TaskState state, const Recorded& recorded);
  Task* change(TaskId id, const Recorded& recorded);

  std::vector<Task> tasks_{};
  IdIndex<TaskId> index_{};
  IdIndex<HouseholdId> household_index_{};  // into by_household_
  std::vector<std::vector<std::uint32_t>> by_household_{};
  std::unordered_map<WorkerId, std::uint32_t> load_{};
  std::uint64_t unmatched_{};
};

}  // namespace doorstep
