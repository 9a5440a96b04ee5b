#include "services/assignment/assignment_service.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_snapshot_file.h"
#include "tests/unit/aggregation/fake_log.h"
#include "tests/unit/assignment/field.h"

namespace doorstep::assignment {
namespace {

using aggregation::FakeLog;
using namespace test;

class AssignmentServiceTest : public testing::Test {
 protected:
  static constexpr std::uint64_t households = 40;

  AssignmentServiceTest() {
    Field field;
    field.register_worker(1);
    field.register_worker(2);
    for (std::uint64_t n = 1; n <= households; ++n) field.register_household(n);
    field.open_round();
    for (const Recorded& recorded : field.log()) say(recorded.event);
    start();
  }

  void say(Event event) {
    event.envelope.id = {};
    log.add(event, clock.now());
  }
  void visited(std::uint64_t n, Disposition disposition) {
    Event event{.envelope = {.id = {visit(++visits_).value},
                             .type = EventType::visit_recorded,
                             .happened_at = clock.now()},
                .body = VisitRecorded{.visit = visit(visits_),
                                      .household = household(n),
                                      .round = first_round,
                                      .disposition = disposition}};
    log.add(event, clock.now());
  }

  // The process starts, or dies and starts again.
  void start() {
    service.reset();
    cmd = network.connect("cmd", "assignment");
    feed = network.connect("feed", "assignment");
    service = std::make_unique<AssignmentService>(AssignmentPorts{*cmd, *feed, snapshot}, metrics,
                                                  limits);
  }
  Result<Work> step_service() { return service->step({clock.now(), clock.monotonic()}); }
  void run(int steps = 200) {
    for (int i = 0; i < steps; ++i) {
      const auto work = step_service();
      ASSERT_TRUE(work) << work.error().message;
      log.step(clock.now());
      clock.advance(Milliseconds{10});
    }
  }

  template <class What>
  [[nodiscard]] std::size_t said() const {
    std::size_t count = 0;
    for (const Recorded& recorded : log.recorded()) {
      if (std::holds_alternative<What>(recorded.event.body)) ++count;
    }
    return count;
  }
  [[nodiscard]] double counted(const std::string& type) {
    return metrics.counter("doorstep_assignment_events_total", "", {{"type", type}}).value();
  }

  memory::ManualClock clock{at("2022-03-23T09:00:00+08:00")};
  memory::MemoryNetwork network{};
  FakeLog log{network};
  memory::MemorySnapshotFile snapshot{};
  runtime::Metrics metrics{};
  AssignmentLimits limits{.in_flight_max = 8};
  std::unique_ptr<Messages> cmd{};
  std::unique_ptr<Messages> feed{};
  std::unique_ptr<AssignmentService> service{};

 private:
  std::uint64_t visits_{};
};

TEST_F(AssignmentServiceTest, every_household_gets_its_task_and_every_task_its_worker) {
  run();
  EXPECT_EQ(said<TaskOpened>(), households);
  EXPECT_EQ(said<TaskGiven>(), households);
  EXPECT_TRUE(service->settled());
  EXPECT_EQ(counted("taskOpened"), households);
}

TEST_F(AssignmentServiceTest, the_day_goes_on_as_visits_come_in) {
  run();
  visited(1, Disposition::screened);
  visited(2, Disposition::no_answer);
  run();
  EXPECT_EQ(said<TaskDone>(), 2U);
  EXPECT_EQ(said<TaskOpened>(), households + 1);
}

TEST_F(AssignmentServiceTest, a_process_that_dies_at_any_step_says_nothing_twice) {
  for (int i = 0; i < 60; ++i) {
    run(1 + i % 7);
    // What was sent may have landed or not, and was not seen to come back.
    if (step_service()) log.step(clock.now());
    start();
  }
  run();
  EXPECT_EQ(said<TaskOpened>(), households);
  EXPECT_EQ(said<TaskGiven>(), households);
}

TEST_F(AssignmentServiceTest, one_that_starts_from_snapshots_says_nothing_twice) {
  limits.snapshots = {.events = 7, .events_behind = 11};
  start();
  for (int i = 0; i < 60; ++i) {
    run(1 + i % 7);
    if (step_service()) log.step(clock.now());
    start();
  }
  run();
  EXPECT_EQ(said<TaskOpened>(), households);
  EXPECT_EQ(said<TaskGiven>(), households);
  EXPECT_GT(metrics.counter("doorstep_assignment_snapshots_total", "").value(), 10);
}

TEST_F(AssignmentServiceTest, keeps_a_snapshot_when_drained_and_goes_on_from_it) {
  run();
  service->drain();
  EXPECT_FALSE(service->drained());
  run(2);
  EXPECT_TRUE(service->drained());
  // What the snapshot holds is not read again: other events at these positions do not show.
  const auto upto = number(log.head());
  log.cut(0);
  for (std::uint64_t i = 0; i < upto; ++i) {
    say({.envelope = {.type = EventType::worker_reported_in}, .body = WorkerReportedIn{}});
  }
  visited(1, Disposition::no_answer);
  start();
  run();
  EXPECT_EQ(said<TaskDone>(), 1U);
  EXPECT_EQ(said<TaskOpened>(), 1U);
  EXPECT_EQ(said<TaskGiven>(), 1U);
}

TEST_F(AssignmentServiceTest, a_snapshot_of_another_epoch_stops_it_with_words) {
  run();
  log.epoch = Epoch{2};
  start();
  Result<Work> work = Work::idle;
  for (int i = 0; i < 20 && work; ++i) {
    work = step_service();
    log.step(clock.now());
  }
  ASSERT_FALSE(work);
  EXPECT_NE(work.error().message.find("move the file snapshots/assignment"), std::string::npos);
}

TEST_F(AssignmentServiceTest, a_damaged_snapshot_or_one_of_another_version_is_left_aside) {
  run();
  snapshot.damage();
  start();
  run();
  EXPECT_EQ(service->position(), log.head());
  ASSERT_TRUE(snapshot.replace(Bytes(64, std::byte{7})));
  start();
  run();
  EXPECT_EQ(service->position(), log.head());
  EXPECT_EQ(said<TaskOpened>(), households);
}

TEST_F(AssignmentServiceTest, work_is_shared_although_many_gifts_are_on_their_way_at_once) {
  run();
  std::map<WorkerId, int> load;
  for (const Recorded& recorded : log.recorded()) {
    if (const auto* given = std::get_if<TaskGiven>(&recorded.event.body)) ++load[given->to];
  }
  EXPECT_EQ(load[worker(1)], load[worker(2)]);
}

TEST_F(AssignmentServiceTest, a_busy_log_is_asked_again_later) {
  log.refuses_appends = wire::RefusalCode::busy;
  run(50);
  EXPECT_EQ(said<TaskOpened>(), 0U);
  log.refuses_appends.reset();
  run(400);
  EXPECT_EQ(said<TaskGiven>(), households);
}

TEST_F(AssignmentServiceTest, an_id_that_is_used_otherwise_was_decided_before) {
  log.refuses_appends = wire::RefusalCode::id_conflict;
  run(100);
  EXPECT_TRUE(service->settled());  // it does not ask for ever
  const auto already = metrics.counter("doorstep_assignment_already_decided_total", "");
  EXPECT_GE(already.value(), households);
  EXPECT_LE(already.value(), 2 * households);  // touched each, and swept over once
}

TEST_F(AssignmentServiceTest, without_the_right_to_append_the_process_ends_with_a_reason) {
  log.refuses_appends = wire::RefusalCode::denied;
  Result<Work> work = Work::idle;
  for (int i = 0; i < 20 && work; ++i) {
    work = step_service();
    log.step(clock.now());
  }
  ASSERT_FALSE(work);
  EXPECT_EQ(work.error().code, ErrorCode::denied);
}

TEST_F(AssignmentServiceTest, a_service_that_drains_begins_nothing_and_ends_what_it_began) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(step_service());
    log.step(clock.now());
  }
  service->drain();
  run(20);
  EXPECT_TRUE(service->drained());
  const auto opened = said<TaskOpened>();
  EXPECT_LT(opened, households);
  run(20);
  EXPECT_EQ(said<TaskOpened>(), opened);
}

}  // namespace
}  // namespace doorstep::assignment
