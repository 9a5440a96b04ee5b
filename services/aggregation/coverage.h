// The projection "coverage": who is on the roster of each round, what was found there, what is left
// to do, and the count of every area. A pure, total fold of the log; the command line replays days
// with it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "services/aggregation/answers.h"
#include "services/aggregation/area_tree.h"
#include "services/aggregation/changes.h"
#include "services/aggregation/tallies.h"
#include "services/aggregation/task_lists.h"

namespace doorstep::aggregation {

class Coverage {
 public:
  static constexpr std::string_view name = "coverage";
  // Raised when the same log would give other rows: digests of two versions are never compared.
  static constexpr std::uint32_t version = 1;

  void evolve(const Recorded& recorded);
  // Once per block, before anything is asked: the levels above, the identities, and what changed by
  // `upto`.
  void settle(Position upto);

  [[nodiscard]] const Register& registered() const { return register_; }
  [[nodiscard]] const Tasks& tasks() const { return tasks_; }
  [[nodiscard]] const TaskLists& task_lists() const { return task_lists_; }
  [[nodiscard]] const Answers& answers() const { return answers_; }
  [[nodiscard]] const AreaTree& areas() const { return areas_; }
  [[nodiscard]] const Changes& changes() const { return changes_; }
  // The area with all below it, as of the last settle().
  [[nodiscard]] const Tally& tally(SheetNumber sheet, AreaNode node) const {
    return tallies_.total(sheet, node);
  }
  [[nodiscard]] Tally sum(SheetNumber sheet) const { return tallies_.sum(areas_, sheet); }
  // What questions default to: the register's current round, or its standing roster before the
  // first one.
  [[nodiscard]] SheetNumber current_sheet() const;
  // Households that are, or once were, counted in exactly this area; some twice.
  [[nodiscard]] const std::vector<HouseholdIndex>& counted_in(AreaNode node) const;

  // Facts that fit nothing; a fact may be counted by more than one projection.
  [[nodiscard]] std::uint64_t unmatched() const {
    return register_.unmatched() + tasks_.unmatched() + answers_.unmatched();
  }

  template <class Archive>
  void archive(Archive& archive);

 private:
  void open_round(RoundId round);
  void restate();
  void restate(SheetNumber sheet, HouseholdIndex index);
  void record(const VisitRecorded& visit, const Recorded& recorded);
  void retract(const VisitRetracted& retracted);
  void open_task(const Recorded& recorded);
  void change_task(TaskId id, const Recorded& recorded);
  [[nodiscard]] Contribution contribution_of(SheetNumber sheet, HouseholdIndex index) const;
  void move(SheetNumber sheet, HouseholdIndex index, const Contribution& before);
  [[nodiscard]] bool is_listed(SheetNumber sheet, HouseholdIndex index, AreaCode area) const;
  void list(AreaNode node, HouseholdIndex index);
  [[nodiscard]] bool count_again();

  Register register_{};
  Tasks tasks_{};
  Answers answers_{};
  // From here on derived from what is above, except that areas once named stay in the tree.
  AreaTree areas_{};
  Tallies tallies_{};
  TaskLists task_lists_{};
  std::vector<std::vector<HouseholdIndex>> counted_in_{};  // by AreaNode
  Changes changes_{};
};

}  // namespace doorstep::aggregation
