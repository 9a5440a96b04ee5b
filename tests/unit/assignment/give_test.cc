#include "services/assignment/give.h"

#include <gtest/gtest.h>

#include "tests/unit/assignment/field.h"

namespace doorstep::assignment {
namespace {

using namespace test;

struct Give : testing::Test {
  Field field;
};

TEST_F(Give, without_a_lead_the_least_loaded_worker_of_the_grid_gets_it) {
  field.register_worker(1);
  field.register_worker(2);
  for (std::uint64_t n = 1; n <= 4; ++n) field.register_household(n);
  field.open_round();
  field.plan();
  EXPECT_EQ(field.tasks().load(worker(1)), 2U);
  EXPECT_EQ(field.tasks().load(worker(2)), 2U);
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));  // of equals the first by id
  EXPECT_EQ(field.the_task_of(1).given_reason, GivenReason::least_loaded_of_grid);
}

TEST_F(Give, what_is_on_its_way_counts_as_load) {
  field.register_worker(1);
  field.register_worker(2);
  field.register_household(1);
  field.open_round();
  field.pending()[worker(1)] = 1;
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(2));
}

TEST_F(Give, workers_of_the_village_are_asked_where_the_grid_has_none) {
  field.register_worker(1, next_grid);
  field.register_worker(2, village);
  field.register_household(1, micro_grid);
  field.open_round();
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(2));
}

TEST_F(Give, nobody_above_the_village_is_asked) {
  field.register_worker(1, ancestor(village, AreaLevel::township));
  field.register_household(1);
  field.open_round();
  field.plan();
  EXPECT_EQ(field.the_task_of(1).state, TaskState::open);
  EXPECT_EQ(field.backlog().waiting(), 1U);
}

TEST_F(Give, a_worker_off_duty_or_a_clerk_is_not_asked) {
  field.register_worker(1, grid, false);
  field.register_worker(2, grid, true, WorkerKind::clerk);
  field.register_worker(3);
  field.stand_down(3);
  field.register_household(1);
  field.open_round();
  field.plan();
  EXPECT_EQ(field.the_task_of(1).state, TaskState::open);
}

TEST_F(Give, a_waiting_task_is_given_when_someone_reports_in) {
  field.register_worker(1, village, false);
  field.register_household(1);
  field.open_round();
  field.plan();
  ASSERT_EQ(field.the_task_of(1).state, TaskState::open);
  field.report_in(1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
  EXPECT_EQ(field.backlog().waiting(), 0U);
}

TEST_F(Give, a_waiting_task_is_given_when_someone_takes_responsibility) {
  field.register_worker(1, next_grid, false);
  field.register_household(1);
  field.open_round();
  field.plan();
  field.take(1, 1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
}

TEST_F(Give, a_lead_registered_after_the_responsibility_still_gets_the_task) {
  field.register_household(1);
  field.take(1, 1);
  field.open_round();
  field.plan();
  ASSERT_EQ(field.the_task_of(1).state, TaskState::open);
  field.register_worker(1, next_grid, false);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
}

TEST_F(Give, a_unit_that_answers_for_a_household_leaves_its_task_open) {
  field.register_worker(1);
  field.register_household(1);
  field.take(1, 1, HolderKind::unit);
  field.open_round();
  field.plan();
  EXPECT_EQ(field.the_task_of(1).state, TaskState::open);
}

TEST_F(Give, what_a_person_must_decide_goes_to_the_lead_only) {
  field.register_worker(1);
  field.register_household(1);
  field.open_round();
  field.plan();
  field.visit_recorded(1, 1, Disposition::not_accessible);
  field.plan();
  ASSERT_EQ(field.the_task_of(1).approach, TaskApproach::person_decides);
  EXPECT_EQ(field.the_task_of(1).state, TaskState::open);
  field.take(1, 1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
}

TEST_F(Give, a_given_task_stays_with_its_holder_when_another_takes_the_household) {
  field.register_worker(1);
  field.register_worker(2);
  field.register_household(1);
  field.open_round();
  field.plan();
  field.take(2, 1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
}

}  // namespace
}  // namespace doorstep::assignment
