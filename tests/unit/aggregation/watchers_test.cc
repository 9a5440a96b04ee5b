#include "services/aggregation/watchers.h"

#include <gtest/gtest.h>

#include "services/aggregation/day_digests.h"

namespace doorstep::aggregation {
namespace {

constexpr PeerId board{1}, phone{2}, third{3};

// One area that changed at position 5.
Changes changed_at_5() {
  AreaTree areas;
  Changes changes;
  changes.touch(areas.add({43122400000000000}));
  changes.settle(areas, Position{5});
  return changes;
}

std::vector<std::uint64_t> numbers(const std::vector<Watcher>& watchers) {
  std::vector<std::uint64_t> found;
  for (const Watcher& watcher : watchers) found.push_back(watcher.number);
  return found;
}

TEST(Watchers, only_those_with_news_are_answered_and_only_once) {
  Watchers watchers{{}};
  watchers.park({board, 1, Position{4}, {}});
  watchers.park({phone, 2, Position{5}, {}});
  EXPECT_EQ(numbers(watchers.due(changed_at_5(), {})), std::vector<std::uint64_t>{1});
  EXPECT_TRUE(watchers.due(changed_at_5(), Milliseconds{500}).empty());
  EXPECT_EQ(watchers.size(), 1u);
}

TEST(Watchers, a_peer_waits_with_its_newest_question_only) {
  Watchers watchers{{}};
  watchers.park({board, 1, Position{4}, {}});
  watchers.park({board, 2, Position{4}, {}});
  EXPECT_EQ(numbers(watchers.due(changed_at_5(), {})), std::vector<std::uint64_t>{2});
}

TEST(Watchers, beyond_the_limit_the_one_that_waited_longest_is_answered) {
  Watchers watchers{{.watchers_max = 2}};
  watchers.park({board, 1, Position{5}, {}});
  watchers.park({phone, 2, Position{5}, {}});
  watchers.park({third, 3, Position{5}, {}});
  EXPECT_EQ(numbers(watchers.due(changed_at_5(), {})), std::vector<std::uint64_t>{1});
  EXPECT_EQ(watchers.size(), 2u);
}

TEST(DayDigests, one_of_another_position_says_nothing_about_this_fold) {
  DayDigests digests;
  const DayDigest mine{Day{19'000}, Position{7}, {1}};
  digests.end_day(mine);
  ProjectionDigestRecorded recorded{
      .projection = "coverage", .version = 1, .day = mine.day, .upto = mine.upto};
  recorded.sha256 = mine.sha256;
  EXPECT_EQ(digests.confirms(recorded), true);
  recorded.sha256 = {2};
  EXPECT_EQ(digests.confirms(recorded), false);
  recorded.upto = Position{6};
  EXPECT_EQ(digests.confirms(recorded), std::nullopt);
  recorded = {.projection = "other", .version = 1, .day = mine.day, .upto = mine.upto};
  EXPECT_EQ(digests.confirms(recorded), std::nullopt);
}

TEST(DayDigests, wait_until_the_log_has_them) {
  DayDigests digests;
  digests.end_day({Day{1}, Position{1}, {}});
  digests.end_day({Day{2}, Position{2}, {}});
  EXPECT_EQ(digests.next_untold()->day, Day{1});
  digests.told(Day{1});
  EXPECT_EQ(digests.next_untold()->day, Day{2});
  EXPECT_EQ(digests.untold(), 1u);
  EXPECT_TRUE(digests.has(Day{1}));
}

TEST(DayDigests, a_day_has_one_id_however_often_it_is_said) {
  const Event one = event_of({Day{19'000}, Position{7}, {1}});
  const Event other = event_of({Day{19'000}, Position{9}, {2}});
  EXPECT_EQ(one.envelope.id, other.envelope.id);
  EXPECT_NE(one.envelope.id, event_of({Day{19'001}, Position{7}, {1}}).envelope.id);
}

}  // namespace
}  // namespace doorstep::aggregation
