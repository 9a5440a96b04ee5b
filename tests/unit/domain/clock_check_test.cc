#include "common/domain/clock_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorstep {
namespace {

constexpr Milliseconds second{1'000};
constexpr Milliseconds minute{60 * second};
constexpr Milliseconds hour{60 * minute};
constexpr Milliseconds day{24 * hour};
constexpr Instant noon{1'795'867'200'000};

MachineTime at(Instant wall, Milliseconds since_boot, const std::string& boot = "this") {
  return {.boot = boot, .since_boot = since_boot, .wall = wall};
}

using enum ClockVerdict;

struct StartCase {
  const char* what;
  ClockVerdict verdict;
  StartClocks clocks;
};

TEST(ClockAtStart, is_judged_by_the_record_and_by_what_the_machine_counted) {
  const std::vector<StartCase> cases{
      {"a new log", fine, {{}, noon, at(noon, hour), {}}},
      {"a record of just now", fine, {noon - second, noon, at(noon, hour), {}}},
      {"a record a minute ahead", fine, {noon + minute, noon, at(noon, hour), {}}},
      {"a record more than a minute ahead",
       said,
       {noon + minute + second, noon, at(noon, hour), {}}},
      {"a record a day ahead", said, {noon + day, noon, at(noon, hour), {}}},
      {"a record more than a day ahead", refused, {noon + day + second, noon, at(noon, hour), {}}},
      {"an hour stopped, in one boot",
       fine,
       {noon, noon + hour, at(noon + hour, 3 * hour), at(noon, 2 * hour)}},
      {"sixty days stopped, in one boot",
       fine,
       {noon, noon + 60 * day, at(noon + 60 * day, 61 * day), at(noon, day)}},
      {"set ahead by two minutes",
       said,
       {noon, noon + hour, at(noon + hour, 3 * hour - 2 * minute), at(noon, 2 * hour)}},
      {"set ahead by more than a day",
       refused,
       {noon, noon + 2 * day, at(noon + 2 * day, 3 * hour), at(noon, 2 * hour)}},
      {"set back, with nothing recorded since",
       fine,
       {noon - 3 * day, noon - 2 * day, at(noon - 2 * day, 3 * hour), at(noon, 2 * hour)}},
      {"fallen back by two days, and set right again an hour later",
       fine,
       {noon + hour, noon + hour, at(noon + hour, 4 * hour), at(noon - 2 * day, 3 * hour)}},
      {"fallen back by two days, and set right to some minutes after the last record",
       said,
       {noon, noon + hour, at(noon + hour, 4 * hour), at(noon - 2 * day, 3 * hour)}},
      {"fallen back by two days, and set right by three days too much",
       refused,
       {noon, noon + 3 * day, at(noon + 3 * day, 4 * hour), at(noon - 2 * day, 3 * hour)}},
      {"a weekend, over a boot",
       said,
       {noon, noon + 3 * day, at(noon + 3 * day, minute), at(noon, hour, "before")}},
      {"a night, over a boot",
       fine,
       {noon, noon + 15 * hour, at(noon + 15 * hour, minute), at(noon, hour, "before")}},
      {"forty days, over a boot",
       refused,
       {noon, noon + 40 * day, at(noon + 40 * day, minute), at(noon, hour, "before")}},
      {"forty days without a record, that it ran through",
       fine,
       {noon, noon + 40 * day, at(noon + 40 * day, minute),
        at(noon + 40 * day - hour, hour, "before")}},
      {"forty days, and only the record is known",
       refused,
       {noon, noon + 40 * day, at(noon + 40 * day, minute), {}}},
      {"simulated time goes on", fine, {noon, noon + 400 * day, at(noon, minute), {}, true}},
      {"a simulated clock of another folder",
       refused,
       {noon + 2 * day, noon, at(noon, minute), {}, true}},
  };
  for (const StartCase& each : cases) {
    const ClockJudgement judgement = judge_start(each.clocks, ClockLimits{});
    EXPECT_EQ(judgement.verdict, each.verdict) << each.what << ": " << judgement.words;
    EXPECT_EQ(judgement.words.empty(), each.verdict == fine) << each.what;
  }
}

TEST(ClockAtStart, a_refusal_says_both_instants_and_what_to_do) {
  const std::string ahead =
      judge_start({noon + 9 * day, noon, at(noon, hour), {}}, ClockLimits{}).words;
  const std::string stepped =
      judge_start({noon, noon + 9 * day, at(noon + 9 * day, hour), at(noon, hour)}, ClockLimits{})
          .words;
  for (const std::string& words : {ahead, stepped}) {
    for (const std::string& part : {to_string(noon), to_string(noon + 9 * day), std::string{"9 d"},
                                    std::string{"--accept-clock"}, std::string{"restore"}}) {
      EXPECT_NE(words.find(part), std::string::npos) << part << " in: " << words;
    }
  }
}

TEST(ClockAtStart, a_fast_county_clock_is_borne_as_much_longer) {
  const StartClocks clocks{noon + 2 * day, noon, at(noon, hour), {}, true};
  EXPECT_EQ(judge_start(clocks, limits_at_speed(1)).verdict, refused);
  EXPECT_EQ(judge_start(clocks, limits_at_speed(60)).verdict, said);
  EXPECT_EQ(judge_start(clocks, limits_at_speed(6'000)).verdict, fine);
}

TEST(ClockWhileRunning, a_step_ahead_is_seen_once_and_said_for_an_hour) {
  ClockWatch watch;
  EXPECT_FALSE(watch.look(at(noon, hour), noon));
  EXPECT_FALSE(watch.look(at(noon + minute, hour + second), noon)) << "59 s are no step";
  const auto step = watch.look(at(noon + 2 * minute, hour + second), noon);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->by, 2 * minute - second);
  EXPECT_FALSE(watch.look(at(noon + 2 * minute, hour + second), noon));
  EXPECT_TRUE(watch.step(hour + minute));
  EXPECT_FALSE(watch.step(2 * hour + minute));
}

TEST(ClockWhileRunning, a_sleep_a_step_back_and_a_slow_correction_are_no_steps) {
  ClockWatch watch;
  EXPECT_FALSE(watch.look(at(noon, hour), noon));
  EXPECT_FALSE(watch.look(at(noon + 9 * hour, 10 * hour), noon)) << "it slept";
  EXPECT_FALSE(watch.look(at(noon + 8 * hour, 10 * hour), noon)) << "set back";
  EXPECT_FALSE(watch.look(at(noon + 9 * hour, 10 * hour), noon))
      << "and ahead again, to where it was";
  for (int hours = 1; hours < 100; ++hours) {
    EXPECT_FALSE(
        watch.look(at(noon + (9 + hours) * hour + hours * 2 * second, (10 + hours) * hour), noon))
        << "drawn to the right time by 2 s an hour";
  }
}

TEST(ClockWhileRunning, small_steps_one_after_the_other_are_one) {
  ClockWatch watch;
  bool is_seen = false;
  for (int i = 0; i < 10; ++i) {
    is_seen =
        watch.look(at(noon + i * 30 * second, hour + i * second), noon).has_value() || is_seen;
  }
  EXPECT_TRUE(is_seen);
}

TEST(ClockWhileRunning, set_back_and_right_again_is_no_step_however_long_it_was_behind) {
  for (const Milliseconds behind : {minute, 59 * minute, 3 * hour, 30 * hour}) {
    ClockWatch watch;
    EXPECT_FALSE(watch.look(at(noon, hour), noon - minute));
    for (Milliseconds passed{}; passed < behind; passed += minute) {
      EXPECT_FALSE(watch.look(at(noon - 2 * day + passed, hour + passed), noon));
    }
    EXPECT_FALSE(watch.look(at(noon + behind, hour + behind), noon)) << duration_words(behind);
    EXPECT_TRUE(watch.look(at(noon + behind + hour, hour + behind), noon)) << "and further";
  }
}

TEST(ClockWhileRunning, a_start_behind_the_record_expects_to_be_set_right) {
  ClockWatch watch;
  for (Milliseconds passed{}; passed < 5 * hour; passed += minute) {
    EXPECT_FALSE(watch.look(at(noon - 9 * day + passed, hour + passed), noon));
  }
  EXPECT_FALSE(watch.look(at(noon + 5 * hour, 6 * hour), noon));
  EXPECT_TRUE(watch.look(at(noon + 5 * hour + 2 * day, 6 * hour), noon));
}

TEST(ClockWhileRunning, a_record_that_bears_the_step_already_does_not_hide_it) {
  ClockWatch watch;
  EXPECT_FALSE(watch.look(at(noon, hour), noon));
  EXPECT_TRUE(watch.look(at(noon + 2 * hour, hour + second), noon + 2 * hour));
}

TEST(ClockWhileRunning, another_boot_is_compared_with_nothing) {
  ClockWatch watch;
  EXPECT_FALSE(watch.look(at(noon, hour, "before"), noon));
  EXPECT_FALSE(watch.look(at(noon + 9 * day, minute), noon));
}

TEST(ClockProblems, the_record_comes_before_the_step) {
  const ClockStep step{.by = 2 * hour, .since_boot = hour};
  EXPECT_EQ(problem_of(noon, noon, std::nullopt, {}), std::nullopt);
  EXPECT_EQ(problem_of(noon + minute, noon, std::nullopt, {}), std::nullopt);
  EXPECT_EQ(problem_of(noon, noon, step, {}),
            (ClockProblem{ClockTrouble::clock_stepped_ahead, 2 * hour}));
  EXPECT_EQ(problem_of(noon + hour, noon, step, {}),
            (ClockProblem{ClockTrouble::record_ahead, hour}));
  EXPECT_EQ(problem_of(std::nullopt, noon, std::nullopt, {}), std::nullopt);
}

TEST(ClockProblems, durations_are_said_in_two_units) {
  EXPECT_EQ(duration_words(61 * second), "1 min 1 s");
  EXPECT_EQ(duration_words(2 * hour), "2 h");
  EXPECT_EQ(duration_words(3 * day + 4 * hour + minute), "3 d 4 h");
}

}  // namespace
}  // namespace doorstep
