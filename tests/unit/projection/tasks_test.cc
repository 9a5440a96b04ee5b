#include "common/projection/tasks.h"

#include "tests/support/fold_spec.h"

namespace doorstep {
namespace {

constexpr AreaCode grid{43122410000100100};
constexpr HouseholdId li{{1, 1}};
constexpr WorkerId chen{{2, 1}}, zhou{{2, 2}};
constexpr TaskId task{{3, 1}}, other{{3, 2}};

auto with_a_task() {
  test::FoldSpec<Tasks> spec;
  spec.given(test::Fact{TaskOpened{.task = task, .household = li, .ordinal = 1}}.in(grid));
  return spec;
}
TaskGiven given(TaskId id, WorkerId to) { return {.task = id, .household = li, .to = to}; }

TEST(Tasks, an_opened_task_is_open_where_its_household_was) {
  with_a_task().then([](const Tasks& tasks) {
    ASSERT_NE(tasks.find(task), nullptr);
    EXPECT_EQ(tasks.find(task)->state, TaskState::open);
    EXPECT_EQ(tasks.find(task)->area, grid);
    EXPECT_EQ(tasks.find(task)->opened_at, Position{1});
    EXPECT_EQ(tasks.of(li), std::vector<std::uint32_t>{0});
    EXPECT_TRUE(tasks.of(HouseholdId{{1, 2}}).empty());
  });
}

TEST(Tasks, a_given_task_loads_its_worker_until_it_is_given_on) {
  with_a_task().when(given(task, chen)).then([](const Tasks& tasks) {
    EXPECT_EQ(tasks.load(chen), 1u);
    EXPECT_EQ(tasks.find(task)->given_to, chen);
    EXPECT_EQ(tasks.find(task)->changed_at, Position{2});
  });
  with_a_task().given(given(task, chen)).when(given(task, zhou)).then([](const Tasks& tasks) {
    EXPECT_EQ(tasks.load(chen), 0u);
    EXPECT_EQ(tasks.load(zhou), 1u);
  });
}

TEST(Tasks, what_is_done_or_cancelled_loads_nobody) {
  with_a_task()
      .given(given(task, chen))
      .when(TaskDone{.task = task, .visit = {{4, 1}}})
      .then([](const Tasks& tasks) {
        EXPECT_EQ(tasks.load(chen), 0u);
        EXPECT_EQ(tasks.find(task)->state, TaskState::done);
        EXPECT_EQ(tasks.find(task)->done_by, (VisitId{{4, 1}}));
      });
  with_a_task()
      .given(given(task, chen))
      .when(TaskCancelled{.task = task})
      .then([](const Tasks& tasks) {
        EXPECT_EQ(tasks.load(chen), 0u);
        EXPECT_EQ(tasks.find(task)->state, TaskState::cancelled);
      });
}

TEST(Tasks, an_open_task_can_be_done_without_having_been_given) {
  with_a_task().when(TaskDone{.task = task}).then([](const Tasks& tasks) {
    EXPECT_EQ(tasks.find(task)->state, TaskState::done);
    EXPECT_EQ(tasks.unmatched(), 0u);
  });
}

TEST(Tasks, what_is_over_stays_over) {
  with_a_task()
      .given(TaskDone{.task = task})
      .when(given(task, chen), TaskCancelled{.task = task}, TaskDone{.task = task})
      .then([](const Tasks& tasks) {
        EXPECT_EQ(tasks.find(task)->state, TaskState::done);
        EXPECT_EQ(tasks.load(chen), 0u);
        EXPECT_EQ(tasks.unmatched(), 3u);
      });
}

TEST(Tasks, facts_about_no_known_task_or_worker_are_unmatched) {
  with_a_task()
      .when(TaskOpened{.task = task}, TaskOpened{}, given(other, chen), given(task, WorkerId{}),
            TaskDone{.task = other}, TaskCancelled{.task = other})
      .then([](const Tasks& tasks) {
        EXPECT_EQ(tasks.all().size(), 1u);
        EXPECT_EQ(tasks.find(task)->state, TaskState::open);
        EXPECT_EQ(tasks.unmatched(), 6u);
      });
}

}  // namespace
}  // namespace doorstep
