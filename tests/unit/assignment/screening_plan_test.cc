#include "services/assignment/screening_plan.h"

#include <gtest/gtest.h>

#include "tests/unit/assignment/field.h"

namespace doorstep::assignment {
namespace {

using namespace test;

class ScreeningPlan : public testing::Test {
 protected:
  ScreeningPlan() {
    field.register_worker(1);
    field.register_household(1);
    field.take(1, 1);
    field.open_round();
    field.plan();
  }
  void visited(Disposition disposition) {
    field.visit_recorded(++visits, 1, disposition);
    field.plan();
  }

  Field field;
  std::uint64_t visits = 0;
};

TEST_F(ScreeningPlan, a_round_opens_one_task_for_a_household_and_gives_it_to_its_lead) {
  ASSERT_EQ(field.tasks_of(1).size(), 1U);
  const Task task = field.the_task_of(1);
  EXPECT_EQ(task.state, TaskState::given);
  EXPECT_EQ(task.given_to, worker(1));
  EXPECT_EQ(task.given_reason, GivenReason::lead_of_household);
  EXPECT_EQ(task.ordinal, 1);
  EXPECT_EQ(task.approach, TaskApproach::at_door);
  EXPECT_EQ(task.reason, TaskReason::no_answer_yet);
  EXPECT_EQ(task.not_before, field.now);
  EXPECT_EQ(task.not_after, field.deadline);
  EXPECT_EQ(task.area, grid);
}

TEST_F(ScreeningPlan, its_events_name_what_caused_them) {
  const Event opened = field.log()[field.log().size() - 2].event;
  const Event given = field.log().back().event;
  ASSERT_EQ(opened.envelope.type, EventType::task_opened);
  const Event round = field.log()[field.log().size() - 3].event;
  EXPECT_EQ(opened.envelope.causation, round.envelope.id);
  EXPECT_EQ(given.envelope.causation, opened.envelope.id);
  EXPECT_EQ(opened.envelope.stream, stream_of(household(1)));
  EXPECT_EQ(opened.envelope.purpose, Purpose::work);
  EXPECT_EQ(opened.envelope.actor, assignment_actor());
}

TEST_F(ScreeningPlan, a_household_found_later_gets_its_task_too) {
  field.register_household(2);
  field.plan();
  EXPECT_EQ(field.the_task_of(2).reason, TaskReason::no_answer_yet);
}

TEST_F(ScreeningPlan, an_answer_ends_the_task_by_that_visit) {
  visited(Disposition::screened);
  ASSERT_EQ(field.tasks_of(1).size(), 1U);
  EXPECT_EQ(field.tasks_of(1)[0].state, TaskState::done);
  EXPECT_EQ(field.tasks_of(1)[0].done_by, visit(1));
  EXPECT_EQ(field.tasks().load(worker(1)), 0U);
}

TEST_F(ScreeningPlan, a_household_settled_without_meeting_needs_no_task) {
  visited(Disposition::vacant);
  EXPECT_TRUE(field.active(1).empty());
}

TEST_F(ScreeningPlan, nobody_home_in_working_hours_is_tried_again_in_the_evening) {
  field.now = at("2022-03-23T10:30:00+08:00");
  visited(Disposition::no_answer);
  ASSERT_EQ(field.tasks_of(1).size(), 2U);
  EXPECT_EQ(field.tasks_of(1)[0].state, TaskState::done);
  EXPECT_EQ(field.tasks_of(1)[0].done_by, visit(1));
  const Task task = field.the_task_of(1);
  EXPECT_EQ(task.ordinal, 2);
  EXPECT_EQ(task.approach, TaskApproach::at_door);
  EXPECT_EQ(task.reason, TaskReason::nobody_home);
  EXPECT_EQ(task.not_before, at("2022-03-23T18:00:00+08:00"));
  EXPECT_EQ(task.not_after, at("2022-03-23T20:00:00+08:00"));
  EXPECT_EQ(task.given_to, worker(1));
}

TEST_F(ScreeningPlan, the_second_no_answer_asks_for_a_phone_call_and_the_third_for_a_person) {
  visited(Disposition::no_answer);
  visited(Disposition::no_answer);
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::phone);
  visited(Disposition::no_answer);
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::person_decides);
  EXPECT_EQ(field.the_task_of(1).given_to, worker(1));
}

TEST_F(ScreeningPlan, no_answer_does_not_climb_past_the_person_who_decides) {
  for (int i = 0; i < 6; ++i) visited(Disposition::no_answer);
  EXPECT_EQ(field.tasks_of(1).size(), 4U);
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::person_decides);
  visited(Disposition::appointment);
  EXPECT_EQ(field.the_task_of(1).reason, TaskReason::appointment_made);
}

TEST_F(ScreeningPlan, a_door_that_cannot_be_reached_goes_to_a_person) {
  visited(Disposition::not_accessible);
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::person_decides);
  EXPECT_EQ(field.the_task_of(1).reason, TaskReason::not_accessible);
}

TEST_F(ScreeningPlan, an_appointment_brings_another_visit_later) {
  visited(Disposition::appointment);
  const Task task = field.the_task_of(1);
  EXPECT_EQ(task.approach, TaskApproach::at_door);
  EXPECT_EQ(task.reason, TaskReason::appointment_made);
  EXPECT_EQ(task.not_before, field.now + std::chrono::hours{2});
}

TEST_F(ScreeningPlan, a_refusal_leaves_the_task_with_its_holder_as_it_is) {
  const Task before = field.the_task_of(1);
  visited(Disposition::refused_for_now);
  EXPECT_EQ(field.the_task_of(1).id, before.id);
  EXPECT_EQ(field.the_task_of(1).changed_at, before.changed_at);
}

TEST_F(ScreeningPlan, a_partial_answer_leaves_the_task_where_it_is) {
  const Task before = field.the_task_of(1);
  visited(Disposition::partial);
  EXPECT_EQ(field.the_task_of(1).id, before.id);
}

TEST_F(ScreeningPlan, a_withdrawn_household_loses_its_task) {
  field.withdraw(1);
  field.plan();
  EXPECT_TRUE(field.active(1).empty());
  EXPECT_EQ(field.tasks_of(1)[0].state, TaskState::cancelled);
  EXPECT_EQ(std::get<TaskCancelled>(field.log().back().event.body).reason,
            CancellationReason::household_withdrawn);
}

TEST_F(ScreeningPlan, a_household_that_comes_back_gets_a_new_task) {
  field.withdraw(1);
  field.plan();
  field.register_household(1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).ordinal, 2);
}

TEST_F(ScreeningPlan, the_end_of_the_round_cancels_what_is_open) {
  field.close_round();
  field.plan();
  EXPECT_TRUE(field.active(1).empty());
  EXPECT_EQ(std::get<TaskCancelled>(field.log().back().event.body).reason,
            CancellationReason::round_closed);
}

TEST_F(ScreeningPlan, an_answer_just_before_the_end_of_the_round_still_ends_its_task) {
  field.visit_recorded(1, 1, Disposition::screened);
  field.close_round();
  field.plan();
  EXPECT_EQ(field.tasks_of(1)[0].state, TaskState::done);
}

TEST_F(ScreeningPlan, a_new_round_asks_again_and_takes_back_the_tasks_of_the_one_before) {
  field.open_round(second_round);
  field.plan();
  EXPECT_EQ(field.tasks_of(1)[0].state, TaskState::cancelled);
  const Task task = field.the_task_of(1);
  EXPECT_EQ(task.round, second_round);
  EXPECT_EQ(task.ordinal, 1);
}

TEST_F(ScreeningPlan, an_answer_to_yesterdays_round_answers_nothing_today) {
  field.close_round();
  field.open_round(second_round);
  field.visit_recorded(1, 1, Disposition::screened, first_round);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).round, second_round);
}

TEST_F(ScreeningPlan, a_retracted_answer_opens_a_new_task) {
  visited(Disposition::screened);
  const EventId retraction = field.retract(1, 1);
  field.plan();
  const Task task = field.the_task_of(1);
  EXPECT_EQ(task.reason, TaskReason::answer_retracted);
  EXPECT_EQ(task.ordinal, 2);
  EXPECT_EQ(field.log()[field.log().size() - 2].event.envelope.causation, retraction);
}

TEST_F(ScreeningPlan, a_retraction_that_leaves_an_answer_opens_nothing) {
  visited(Disposition::screened);
  visited(Disposition::vacant);
  field.retract(1, 1);
  field.plan();
  EXPECT_TRUE(field.active(1).empty());
}

TEST_F(ScreeningPlan, what_was_tried_before_a_retraction_does_not_end_the_new_task) {
  visited(Disposition::no_answer);
  visited(Disposition::screened);
  field.retract(2, 1);
  field.plan();
  EXPECT_EQ(field.the_task_of(1).reason, TaskReason::answer_retracted);
  EXPECT_EQ(field.tasks_of(1).size(), 3U);
}

TEST_F(ScreeningPlan, a_retracted_no_answer_no_longer_counts) {
  visited(Disposition::no_answer);
  field.retract(1, 1);
  field.plan();
  visited(Disposition::no_answer);
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::at_door);
}

TEST_F(ScreeningPlan, a_visit_that_comes_while_the_next_task_is_being_opened_ends_that_task) {
  field.visit_recorded(1, 1, Disposition::no_answer);
  const auto index = *field.registered().find(household(1));
  ASSERT_TRUE(field.land(*field.next(index)));  // done
  const auto opened = field.next(index);        // decided, on its way
  field.visit_recorded(2, 1, Disposition::no_answer);
  ASSERT_TRUE(field.land(*opened));
  field.plan();
  EXPECT_EQ(field.the_task_of(1).approach, TaskApproach::phone);
  EXPECT_EQ(field.tasks_of(1)[1].done_by, visit(2));
}

TEST_F(ScreeningPlan, a_visit_before_the_first_task_is_not_forgotten) {
  field.register_household(3);
  field.visit_recorded(9, 3, Disposition::no_answer);
  field.plan();
  EXPECT_EQ(field.tasks_of(3).size(), 1U);
  EXPECT_EQ(field.the_task_of(3).reason, TaskReason::nobody_home);
}

TEST_F(ScreeningPlan, a_household_found_on_no_list_gets_no_task) {
  field.visit_recorded(9, 5, Disposition::no_answer);
  EXPECT_TRUE(field.plan().empty());
}

TEST_F(ScreeningPlan, without_an_open_round_there_is_nothing_to_do) {
  Field quiet;
  quiet.register_household(1);
  EXPECT_TRUE(quiet.plan().empty());
}

TEST_F(ScreeningPlan, ids_depend_on_the_log_alone) {
  field.visit_recorded(1, 1, Disposition::no_answer);
  const auto index = *field.registered().find(household(1));
  const EventId id = field.next(index)->envelope.id;
  field.now = field.now + std::chrono::hours{5};
  EXPECT_EQ(field.next(index)->envelope.id, id);
}

struct HourCase {
  const char* tried;
  const char* now;
  const char* not_before;
  const char* not_after;
};

class AnotherHour : public testing::TestWithParam<HourCase> {};

TEST_P(AnotherHour, is_in_the_evening_or_two_hours_later_and_never_at_night) {
  const HourCase& hour = GetParam();
  const Window window =
      at_another_hour(at(hour.tried), at(hour.now), at("2022-03-25T18:00:00+08:00"));
  EXPECT_EQ(to_string(window.not_before), to_string(at(hour.not_before)));
  EXPECT_EQ(to_string(window.not_after), to_string(at(hour.not_after)));
}

INSTANTIATE_TEST_SUITE_P(
    tries, AnotherHour,
    testing::Values(HourCase{"2022-03-23T08:00:00+08:00", "2022-03-23T08:01:00+08:00",
                             "2022-03-23T18:00:00+08:00", "2022-03-23T20:00:00+08:00"},
                    HourCase{"2022-03-23T17:59:00+08:00", "2022-03-23T17:59:00+08:00",
                             "2022-03-23T18:00:00+08:00", "2022-03-23T20:00:00+08:00"},
                    // Tried in the evening: two hours later would be night.
                    HourCase{"2022-03-23T19:30:00+08:00", "2022-03-23T19:30:00+08:00",
                             "2022-03-24T08:00:00+08:00", "2022-03-25T18:00:00+08:00"},
                    HourCase{"2022-03-23T18:30:00+08:00", "2022-03-23T18:30:00+08:00",
                             "2022-03-23T20:30:00+08:00", "2022-03-25T18:00:00+08:00"},
                    HourCase{"2022-03-23T07:00:00+08:00", "2022-03-23T07:05:00+08:00",
                             "2022-03-23T09:00:00+08:00", "2022-03-25T18:00:00+08:00"},
                    // The phone came back at night, or in the middle of the evening.
                    HourCase{"2022-03-23T15:00:00+08:00", "2022-03-23T22:00:00+08:00",
                             "2022-03-24T18:00:00+08:00", "2022-03-24T20:00:00+08:00"},
                    HourCase{"2022-03-23T15:00:00+08:00", "2022-03-23T18:40:00+08:00",
                             "2022-03-23T18:40:00+08:00", "2022-03-23T20:00:00+08:00"},
                    // The round ends before the evening, or has ended already.
                    HourCase{"2022-03-25T10:00:00+08:00", "2022-03-25T10:05:00+08:00",
                             "2022-03-25T10:05:00+08:00", "2022-03-25T18:00:00+08:00"},
                    HourCase{"2022-03-25T19:00:00+08:00", "2022-03-25T19:05:00+08:00",
                             "2022-03-25T19:05:00+08:00", "2022-03-25T21:05:00+08:00"}));

}  // namespace
}  // namespace doorstep::assignment
