// The same day with services that die at any moment: nothing acknowledged is lost, nothing is done
// twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "common/memory/seeded_random.h"
#include "common/wire/event_codec.h"
#include "services/aggregation/digest.h"
#include "tests/scenario/county_day.h"

namespace doorstep::scenario {
namespace {

constexpr std::uint32_t households = 300;

class Restarts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Restarts, leave_every_acknowledged_fact_once_and_open_no_task_twice) {
  const std::uint64_t seed = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  memory::SeededRandom random{seed};
  constexpr Which all[] = {Which::event_log, Which::intake, Which::assignment, Which::aggregation,
                           Which::reporting};
  WholeSystem system{*parse_instant(day_starts)};
  std::size_t deaths = 0;
  const PlayedDay played = play_day(system, households, seed, [&](std::size_t index) {
    // At first the round was just opened: every household's task is on its way.
    int times = index == 0 ? 12 : random.next() % 12 == 0 ? 1 : 0;
    for (; times > 0; --times, ++deaths) {
      system.run_turns(static_cast<int>(random.next() % 6));
      system.restart(all[random.next() % std::size(all)]);
    }
  });
  EXPECT_GT(deaths, 10u);
  EXPECT_THAT(played.refusals, testing::IsEmpty());

  std::set<Uuid> ids;
  std::set<TaskId> tasks;
  std::set<std::tuple<HouseholdId, RoundId, std::uint16_t>> tries;
  aggregation::Coverage replayed;
  for (const auto& block : system.read_log()) {
    for (const wire::Record& record : block->records()) {
      const auto event = wire::decode_event(record.event);
      ASSERT_TRUE(event.has_value());
      EXPECT_TRUE(ids.insert(event->envelope.id.value).second) << to_string(event->envelope.id);
      if (const auto* task = std::get_if<TaskOpened>(&event->body)) {
        EXPECT_TRUE(tasks.insert(task->task).second) << to_string(task->task);
        EXPECT_TRUE(tries.insert({task->household, task->round, task->ordinal}).second)
            << to_string(task->household);
      }
      replayed.evolve({record.stamp, *event});
    }
    replayed.settle(block->records().back().stamp.position);
  }
  EXPECT_GE(tasks.size(), households);
  for (const auto& [id, position] : played.acknowledged) {
    EXPECT_TRUE(ids.contains(id)) << to_string(id);
  }
  EXPECT_EQ(aggregation::digest(system.aggregation().coverage()), aggregation::digest(replayed));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Restarts, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace doorstep::scenario
