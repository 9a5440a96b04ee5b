// A whole day of a county of 2,000 households: one thread, a clock moved by hand, no sockets.
#include "tests/scenario/county_day.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/wire/event_codec.h"
#include "services/aggregation/digest.h"

namespace doorstep::scenario {
namespace {

using aggregation::AreaNode;
using aggregation::Coverage;

constexpr std::uint32_t households = 2'000;
constexpr std::uint64_t seed = 20220323;

// What a day leaves behind.
struct Outcome {
  wire::Described log{};
  Sha256 digest{};
};

template <class Use>
void for_each_event(WholeSystem& system, Use&& use) {
  for (const auto& block : system.read_log()) {
    for (const wire::Record& record : block->records()) {
      const auto event = wire::decode_event(record.event);
      ASSERT_TRUE(event.has_value()) << event.error().message;
      use(Recorded{record.stamp, *event});
    }
  }
}

Outcome outcome_of(WholeSystem& system) {
  return {system.describe_log(), aggregation::digest(system.aggregation().coverage())};
}

// MODEL's identities for one area, and that it is the sum of its parts.
void expect_identities(const Coverage& coverage, aggregation::SheetNumber sheet, AreaNode node) {
  const Tally& tally = coverage.tally(sheet, node);
  EXPECT_EQ(roster(tally), count(tally, Answer::screened) + count(tally, Answer::settled) +
                               count(tally, Answer::partial) + count(tally, Answer::attempted) +
                               count(tally, Answer::untouched));
  EXPECT_LE(tally.persons_not_verified, tally.persons_usual);
  const auto& children = coverage.areas().at(node).children;
  if (children.empty()) return;
  Tally below{};
  for (const AreaNode child : children) below += coverage.tally(sheet, child);
  // What is placed at this very area comes on top: never less than the parts.
  EXPECT_GE(roster(tally), roster(below));
  EXPECT_GE(tally.off_roster, below.off_roster);
}

// The roster counted by hand: every household that is registered, placed and not withdrawn.
std::uint32_t on_roster(const Coverage& coverage) {
  std::uint32_t found = 0;
  for (const Household& household : coverage.registered().households()) {
    if (household.on_roster()) ++found;
  }
  return found;
}

TEST(CountyDay, every_action_is_acknowledged_and_stands_in_the_log_once) {
  WholeSystem system{*parse_instant(day_starts)};
  const PlayedDay played = play_day(system, households, seed);
  EXPECT_THAT(played.refusals, testing::IsEmpty());
  for (const cli::FieldAction& action : played.day.actions) {
    EXPECT_TRUE(played.acknowledged.contains(action.id.value)) << to_string(action.id);
  }
  for (const auto& [id, times] : played.new_answers) EXPECT_EQ(times, 1) << to_string(id);

  std::map<Uuid, Position> in_log;
  Position last{};
  for_each_event(system, [&](const Recorded& recorded) {
    EXPECT_EQ(number(recorded.stamp.position), number(last) + 1);
    last = recorded.stamp.position;
    const auto [at, is_new] = in_log.emplace(recorded.event.envelope.id.value, last);
    EXPECT_TRUE(is_new) << "twice: " << to_string(recorded.event.envelope.id);
  });
  EXPECT_GT(in_log.size(), 5u * households);  // doors, households, places, leads, tasks, visits
  for (const auto& [id, position] : played.acknowledged) {
    ASSERT_TRUE(in_log.contains(id)) << to_string(id);
    // The answer names the last position of what it appended; the id is its first event's.
    EXPECT_LE(number(in_log[id]), number(position)) << to_string(id);
  }
}

TEST(CountyDay, the_identities_hold_after_every_event) {
  WholeSystem system{*parse_instant(day_starts)};
  static_cast<void>(play_day(system, households, seed));
  Coverage coverage;
  for_each_event(system, [&](const Recorded& recorded) {
    coverage.evolve(recorded);
    coverage.settle(recorded.stamp.position);  // asserts that every changed area is its parts' sum
    const auto sheet = coverage.current_sheet();
    const AreaCode area = recorded.event.envelope.area;
    const auto node = area.is_known() ? coverage.areas().find(area) : std::nullopt;
    if (node) {
      coverage.areas().upward(*node,
                              [&](AreaNode each) { expect_identities(coverage, sheet, each); });
    }
    const Tally all = coverage.sum(sheet);
    ASSERT_EQ(roster(all), on_roster(coverage))
        << "after position " << number(recorded.stamp.position);
  });
  EXPECT_EQ(aggregation::digest(coverage), outcome_of(system).digest);
  EXPECT_GT(on_roster(coverage), households * 9 / 10);
}

TEST(CountyDay, two_runs_of_one_seed_give_the_same_log_and_the_same_digest) {
  const auto run = [] {
    WholeSystem system{*parse_instant(day_starts)};
    static_cast<void>(play_day(system, households, seed));
    return outcome_of(system);
  };
  const Outcome first = run();
  const Outcome second = run();
  EXPECT_EQ(number(first.log.head), number(second.log.head));
  EXPECT_EQ(first.log.root, second.log.root);
  EXPECT_EQ(first.digest, second.digest);
}

TEST(CountyDay, another_seed_gives_another_day) {
  const auto run = [](std::uint64_t of) {
    WholeSystem system{*parse_instant(day_starts)};
    static_cast<void>(play_day(system, 200, of));
    return outcome_of(system).digest;
  };
  EXPECT_NE(run(1), run(2));
}

TEST(CountyDay, the_day_ends_with_a_digest_that_a_replay_gives_again) {
  WholeSystem system{*parse_instant(day_starts)};
  static_cast<void>(play_day(system, 200, seed));
  system.move_clock_to(*parse_instant("2022-03-24T00:01+08:00"));
  for (int i = 0; i < 400; ++i) system.run_until_quiet();  // the quiet after midnight, in real time
  std::optional<ProjectionDigestRecorded> recorded_digest;
  Coverage coverage;
  std::map<std::uint64_t, Sha256> digests;
  for_each_event(system, [&](const Recorded& recorded) {
    if (const auto* digest = std::get_if<ProjectionDigestRecorded>(&recorded.event.body)) {
      recorded_digest = *digest;
    }
    coverage.evolve(recorded);
    coverage.settle(recorded.stamp.position);
    digests[number(recorded.stamp.position)] = aggregation::digest(coverage);
  });
  ASSERT_TRUE(recorded_digest.has_value());
  EXPECT_EQ(to_string(recorded_digest->day), "2022-03-23");
  EXPECT_EQ(digests[number(recorded_digest->upto)], recorded_digest->sha256);
}

TEST(CountyDay, the_board_shows_what_the_projection_counted) {
  WholeSystem system{*parse_instant(day_starts)};
  static_cast<void>(play_day(system, 200, seed));
  const auto response = system.get("/v1/areas/431224");
  ASSERT_TRUE(response.has_value());
  ASSERT_EQ(response->status, 200);
  const Coverage& coverage = system.aggregation().coverage();
  const Tally all = coverage.sum(coverage.current_sheet());
  EXPECT_NE(response->body->find("\"roster\":" + std::to_string(roster(all)) + ","),
            std::string::npos)
      << *response->body;
  EXPECT_NE(
      response->body->find("\"screened\":" + std::to_string(count(all, Answer::screened)) + ","),
      std::string::npos)
      << *response->body;
}

}  // namespace
}  // namespace doorstep::scenario
