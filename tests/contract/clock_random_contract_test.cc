// What every Clock and every source of chance promises.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

#include "common/memory/manual_clock.h"
#include "common/memory/seeded_random.h"
#include "common/runtime/system_clock.h"
#include "common/runtime/system_random.h"

namespace doorstep {
namespace {

constexpr Instant morning{1'647'993'600'000};  // 2022-03-23T08:00+08:00

struct ClockImplementation {
  const char* name{};
  std::function<std::unique_ptr<Clock>()> make{};
  std::function<void(Clock&)> pass{};  // lets some time pass, where that needs help
};

struct ClockContract : testing::TestWithParam<ClockImplementation> {
  std::unique_ptr<Clock> clock{GetParam().make()};
};

TEST_P(ClockContract, the_monotonic_hand_never_steps_back_and_moves) {
  const Milliseconds start = clock->monotonic();
  Milliseconds last = start;
  for (long i = 0; i < 200'000'000 && last == start; ++i) {
    GetParam().pass(*clock);
    const Milliseconds now = clock->monotonic();
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_GT(last, start);
}

TEST_P(ClockContract, the_wall_clock_tells_a_time_after_the_notice) {
  EXPECT_GE(clock->now(), morning);
}

INSTANTIATE_TEST_SUITE_P(
    , ClockContract,
    testing::Values(
        ClockImplementation{"manual", [] { return std::make_unique<memory::ManualClock>(morning); },
                            [](Clock& clock) {
                              static_cast<memory::ManualClock&>(clock).advance(Milliseconds{1});
                            }},
        ClockImplementation{"system", [] { return std::make_unique<runtime::SystemClock>(); },
                            [](Clock&) {}},
        ClockImplementation{"simulated",
                            [] {
                              return std::make_unique<runtime::SystemClock>(runtime::SimulatedClock{
                                  .anchor = runtime::real_now(), .starts = morning, .speed = 600});
                            },
                            [](Clock&) {}}),
    [](const auto& tested) { return tested.param.name; });

TEST(ManualClocks, move_only_when_told_and_both_hands_together) {
  memory::ManualClock clock{morning};
  const Milliseconds start = clock.monotonic();
  clock.advance(Milliseconds{1'500});
  EXPECT_EQ(clock.now(), morning + Milliseconds{1'500});
  EXPECT_EQ(clock.monotonic() - start, Milliseconds{1'500});
  clock.set_wall(morning);
  EXPECT_EQ(clock.now(), morning);
  EXPECT_EQ(clock.monotonic() - start, Milliseconds{1'500});
}

TEST(SimulatedClocks, run_as_many_times_faster_as_said) {
  const Instant real = runtime::real_now();
  const runtime::SystemClock clock{runtime::SimulatedClock{
      .anchor = real - Milliseconds{10'000}, .starts = morning, .speed = 600}};
  EXPECT_GE(clock.now(), morning + Milliseconds{6'000'000});
  EXPECT_LT(clock.now(), morning + Milliseconds{6'000'000 + 600 * 60'000});
}

TEST(SimulatedClocks, show_nothing_that_could_not_be_recorded) {
  const Instant real = runtime::real_now();
  const auto shown = [real](Instant starts, Milliseconds ago) {
    return runtime::SystemClock{
        runtime::SimulatedClock{.anchor = real - ago, .starts = starts, .speed = 86'400}}
        .now();
  };
  EXPECT_EQ(shown(last_instant, Milliseconds{60'000}), last_instant);
  EXPECT_EQ(shown(first_instant, Milliseconds{-60'000}), first_instant);
}

struct RandomImplementation {
  const char* name{};
  std::function<std::unique_ptr<Random>()> make{};
};

struct RandomContract : testing::TestWithParam<RandomImplementation> {
  std::unique_ptr<Random> random{GetParam().make()};
};

TEST_P(RandomContract, numbers_do_not_repeat_and_use_all_their_bits) {
  std::set<std::uint64_t> seen;
  std::uint64_t ever_set{};
  std::uint64_t always_set = ~0ULL;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t number = random->next();
    EXPECT_TRUE(seen.insert(number).second);
    ever_set |= number;
    always_set &= number;
  }
  EXPECT_EQ(ever_set, ~0ULL);
  EXPECT_EQ(always_set, 0U);
}

TEST_P(RandomContract, ids_are_uuids_of_version_7_that_carry_their_time) {
  const Uuid uuid = random->uuid(morning);
  EXPECT_EQ(uuid.high >> 16, static_cast<std::uint64_t>(morning.unix_ms));
  EXPECT_EQ((uuid.high >> 12) & 0xf, 7U);
  EXPECT_EQ(uuid.low >> 62, 2U);
  EXPECT_NE(random->uuid(morning), uuid);
}

INSTANTIATE_TEST_SUITE_P(
    , RandomContract,
    testing::Values(
        RandomImplementation{"seeded", [] { return std::make_unique<memory::SeededRandom>(7); }},
        RandomImplementation{"system", [] { return std::make_unique<runtime::SystemRandom>(); }}),
    [](const auto& tested) { return tested.param.name; });

TEST(SeededRandoms, the_same_seed_gives_the_same_numbers_and_another_seed_others) {
  memory::SeededRandom one{42};
  memory::SeededRandom same{42};
  memory::SeededRandom other{43};
  // As published for SplitMix64: so that a seed means the same run on every machine and for ever.
  EXPECT_EQ(memory::SeededRandom{0}.next(), 0xe220a8397b1dcdafULL);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = one.next();
    EXPECT_EQ(same.next(), number);
    EXPECT_NE(other.next(), number);
  }
}

}  // namespace
}  // namespace doorstep
