#include "services/reporting/freshness.h"

#include <gtest/gtest.h>

namespace doorstep::reporting {
namespace {

constexpr Milliseconds second{1'000};

Counted at(std::uint64_t as_of, std::uint64_t head) {
  return {.as_of = Position{as_of}, .head = Position{head}};
}

struct FreshnessTest : testing::Test {
  // Both speak at that instant.
  void hear(std::uint64_t as_of, std::uint64_t head, Milliseconds now) {
    freshness.counted(at(as_of, head), now);
    freshness.heard_log(Position{head}, now);
  }
  Freshness freshness;
};

TEST_F(FreshnessTest, nothing_was_heard_yet) {
  EXPECT_EQ(freshness.judge(second), Condition::starting);
}

TEST_F(FreshnessTest, it_starts_until_the_head_was_reached_once) {
  hear(10, 500, second);
  EXPECT_EQ(freshness.judge(second), Condition::starting);
  hear(500, 500, second * 2);
  EXPECT_EQ(freshness.judge(second * 2), Condition::fresh);
}

TEST_F(FreshnessTest, a_projection_that_keeps_up_with_a_log_that_never_rests_is_fresh) {
  hear(10, 10, second);
  for (int i = 1; i < 20; ++i) {
    const auto now = second + second * i / 2;
    const auto position = static_cast<std::uint64_t>(10 + 100 * i);
    hear(position, position + 90, now);
    EXPECT_EQ(freshness.judge(now), Condition::fresh) << i;
  }
}

TEST_F(FreshnessTest, a_projection_that_does_not_reach_where_the_head_was_is_late) {
  hear(10, 10, second);
  hear(10, 50, second * 2);
  hear(11, 60, second * 3);
  EXPECT_EQ(freshness.judge(second * 3), Condition::fresh);
  hear(12, 70, second * 4 + Milliseconds{1});
  EXPECT_EQ(freshness.judge(second * 4 + Milliseconds{1}), Condition::late);
  hear(70, 70, second * 5);
  EXPECT_EQ(freshness.judge(second * 5), Condition::fresh);
}

TEST_F(FreshnessTest, another_edition_begins_anew_and_is_not_behind_what_was_lost) {
  hear(500, 500, second);
  Counted restored = at(440, 440);
  restored.edition.epoch = Epoch{2};
  freshness.counted(restored, second * 2);
  freshness.heard_log(Position{440}, second * 2);
  EXPECT_EQ(freshness.latest().as_of, Position{440});
  EXPECT_EQ(freshness.latest().head, Position{440});
  EXPECT_EQ(freshness.judge(second * 2), Condition::fresh);
}

TEST_F(FreshnessTest, silence_of_either_is_late) {
  hear(10, 10, second);
  freshness.counted(at(10, 10), second * 5);
  EXPECT_EQ(freshness.judge(second * 5), Condition::late);  // the log
  freshness.heard_log(Position{10}, second * 5);
  EXPECT_EQ(freshness.judge(second * 5), Condition::fresh);
  freshness.heard_log(Position{10}, second * 9);
  EXPECT_EQ(freshness.judge(second * 9), Condition::late);  // aggregation
}

TEST_F(FreshnessTest, answers_that_overtake_each_other_do_not_turn_it_back) {
  hear(20, 20, second);
  freshness.counted(at(15, 18), second);
  EXPECT_EQ(freshness.latest().as_of, Position{20});
  EXPECT_EQ(freshness.latest().head, Position{20});
}

}  // namespace
}  // namespace doorstep::reporting
