#include "services/event_log/clock_guard.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorstep::event_log {
namespace {

constexpr Instant noon{1'795'867'200'000};
constexpr Milliseconds minute{60'000};
constexpr Milliseconds hour{60 * minute};
constexpr Milliseconds day{24 * hour};

struct PlayedMachine final : Clock, MachineClock {
  MachineTime time{.boot = "this", .since_boot = hour, .wall = noon};
  [[nodiscard]] Instant now() const override { return time.wall; }
  [[nodiscard]] Milliseconds monotonic() const override { return time.since_boot; }
  [[nodiscard]] MachineTime look() const override { return time; }
  void pass(Milliseconds real, Milliseconds set_by = {}) {
    time.since_boot += real;
    time.wall = time.wall + real + set_by;
  }
};

struct ClockGuards : testing::Test {
  PlayedMachine machine{};
  std::vector<std::string> said{};
  std::vector<runtime::ClockNote> kept{};

  ClockGuard guard(ClockGuard::Settings settings = {}) {
    return {{.county = machine,
             .machine = machine,
             .keep = [this](const runtime::ClockNote& note) { kept.push_back(note); },
             .say = [this](const std::string& line) { said.push_back(line); }},
            std::move(settings)};
  }
};

TEST_F(ClockGuards, a_right_clock_is_not_spoken_of_and_is_kept_each_second) {
  auto tested = guard();
  ASSERT_TRUE(tested.start(noon - hour));
  for (int i = 0; i < 30; ++i) {
    machine.pass(Milliseconds{100});
    EXPECT_TRUE(tested.look(noon, machine.now()));
  }
  EXPECT_TRUE(said.empty());
  EXPECT_EQ(kept.size(), 4U);
}

TEST_F(ClockGuards, a_refused_start_keeps_nothing_and_an_accepted_one_does) {
  auto tested = guard();
  const auto refused = tested.start(noon + 2 * day);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_TRUE(tested.has_refused());
  EXPECT_TRUE(kept.empty());
  auto told = guard({.accept = true});
  EXPECT_TRUE(told.start(noon + 2 * day));
  EXPECT_FALSE(told.has_refused());
  EXPECT_EQ(kept.size(), 1U);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(said.front().starts_with("accepted as told: "));
}

TEST_F(ClockGuards, a_step_of_more_than_a_day_is_neither_stamped_nor_taken_for_known) {
  auto tested = guard();
  ASSERT_TRUE(tested.start(noon));
  machine.pass(2 * minute, 2 * day);
  EXPECT_FALSE(tested.look(noon, machine.now()));
  EXPECT_TRUE(tested.has_refused());
  ASSERT_EQ(kept.size(), 1U);
  auto next = guard({.known = kept.back()});
  EXPECT_FALSE(next.start(noon)) << "the next start judges the same";
}

TEST_F(ClockGuards, a_smaller_step_is_said_once_and_kept_for_who_looks_later) {
  auto tested = guard();
  ASSERT_TRUE(tested.start(noon));
  machine.pass(2 * minute, hour);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(tested.look(noon, machine.now()));
    machine.pass(minute);
  }
  EXPECT_EQ(said.size(), 1U);
  ASSERT_TRUE(kept.back().step);
  EXPECT_EQ(kept.back().step->by, hour);
  auto next = guard({.known = kept.back()});
  ASSERT_TRUE(next.start(noon));
  EXPECT_TRUE(kept.back().step) << "a restart does not forget it";
}

TEST_F(ClockGuards, a_clock_that_fell_back_is_set_right_without_a_word_of_a_step) {
  for (const Milliseconds behind : {10 * minute, 5 * hour}) {
    said.clear();
    kept.clear();
    const Instant last = machine.now();
    auto tested = guard();
    ASSERT_TRUE(tested.start(last));
    machine.pass(minute, -2 * day);
    for (Milliseconds passed{}; passed < behind; passed += minute) {
      machine.pass(minute);
      ASSERT_TRUE(tested.look(last, machine.now()));
    }
    const auto known = kept.back();
    machine.pass(minute, 2 * day);
    EXPECT_TRUE(tested.look(last, machine.now())) << said.back();
    EXPECT_EQ(said.size(), 2U) << "behind, and there again: " << said.back();
    EXPECT_FALSE(kept.back().step);
    auto next = guard({.known = known});  // set right while it did not run
    EXPECT_TRUE(next.start(last));
    EXPECT_EQ(said.size(), 2U) << said.back();
  }
}

TEST_F(ClockGuards, a_start_behind_that_was_accepted_can_be_set_right) {
  const Instant last = machine.now();
  machine.pass({}, -9 * day);
  auto tested = guard({.accept = true});
  ASSERT_TRUE(tested.start(last));
  for (int i = 0; i < 180; ++i) {
    machine.pass(minute);
    ASSERT_TRUE(tested.look(last, machine.now()));
  }
  machine.pass({}, 9 * day);
  EXPECT_TRUE(tested.look(last, machine.now()));
  EXPECT_FALSE(kept.back().step);
  machine.pass(minute, 2 * day);
  EXPECT_FALSE(tested.look(last, machine.now())) << "to be believed no further";
}

TEST_F(ClockGuards, a_record_ahead_is_said_once_until_it_changes_and_taken_back) {
  auto tested = guard();
  ASSERT_TRUE(tested.start(noon + hour));
  EXPECT_EQ(said.size(), 1U);
  machine.pass(10 * minute);
  EXPECT_TRUE(tested.look(noon + hour, machine.now()));
  EXPECT_EQ(said.size(), 1U) << "less than before";
  machine.pass(minute, -2 * hour);
  EXPECT_TRUE(tested.look(noon + hour, machine.now()));
  EXPECT_EQ(said.size(), 2U) << "set back further";
  machine.pass(4 * hour);
  EXPECT_TRUE(tested.look(noon + hour, machine.now()));
  ASSERT_EQ(said.size(), 3U);
  EXPECT_NE(said.back().find("again"), std::string::npos);
}

}  // namespace
}  // namespace doorstep::event_log
