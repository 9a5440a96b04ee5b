#include "common/domain/tally.h"

#include <gtest/gtest.h>

#include <cmath>

namespace doorstep {
namespace {

Tally with(Disposition disposition, std::uint32_t times) {
  Tally tally;
  tally.by_disposition[static_cast<std::size_t>(disposition)] = times;
  return tally;
}

Tally mixed() {
  Tally tally = with(Disposition::screened, 4);
  tally += with(Disposition::vacant, 2);
  tally += with(Disposition::away_and_reached, 1);
  tally += with(Disposition::partial, 1);
  tally += with(Disposition::no_answer, 3);
  tally += {.untouched = 9, .withdrawn = {0, 1, 1}, .off_roster = 5};
  return tally;
}

TEST(Tally, the_roster_is_every_answer_and_the_untouched) {
  const Tally tally = mixed();
  EXPECT_EQ(roster(tally), 20u);
  EXPECT_EQ(count(tally, Answer::screened) + count(tally, Answer::settled) +
                count(tally, Answer::partial) + count(tally, Answer::attempted) +
                count(tally, Answer::untouched),
            roster(tally));
  EXPECT_EQ(count(tally, Answer::settled), 3u);
  EXPECT_EQ(withdrawn(tally), 2u);
}

TEST(Tally, progress_and_coverage_are_shares_of_the_roster) {
  EXPECT_DOUBLE_EQ(progress(mixed()).value_or(NAN), 11.0 / 20);
  EXPECT_DOUBLE_EQ(coverage(mixed()).value_or(NAN), 7.0 / 20);
}

TEST(Tally, an_empty_roster_has_no_progress) {
  EXPECT_EQ(progress(Tally{.off_roster = 1}), std::nullopt);
  EXPECT_EQ(coverage(Tally{}), std::nullopt);
}

TEST(Tally, what_was_added_can_be_taken_away) {
  Tally tally = mixed();
  tally += with(Disposition::screened, 2);
  tally -= with(Disposition::screened, 2);
  EXPECT_EQ(tally, mixed());
}

TEST(TallyDeathTest, taking_away_more_than_is_there_ends_the_process) {
  Tally tally;
  EXPECT_DEATH(tally -= with(Disposition::screened, 1), "from >= what");
}

TEST(Answer, every_disposition_is_one_answer) {
  EXPECT_EQ(answer_of(Disposition::screened), Answer::screened);
  for (int i = 2; i <= 7; ++i) EXPECT_EQ(answer_of(Disposition(i)), Answer::settled);
  EXPECT_EQ(answer_of(Disposition::partial), Answer::partial);
  for (int i = 9; i <= 12; ++i) EXPECT_EQ(answer_of(Disposition(i)), Answer::attempted);
}

TEST(Answer, screened_and_settled_are_equally_strong_and_final) {
  EXPECT_EQ(strength(Answer::screened), strength(Answer::settled));
  EXPECT_GT(strength(Answer::settled), strength(Answer::partial));
  EXPECT_GT(strength(Answer::partial), strength(Answer::attempted));
  EXPECT_GT(strength(Answer::attempted), strength(Answer::untouched));
  EXPECT_TRUE(is_final(Answer::screened));
  EXPECT_TRUE(is_final(Answer::settled));
  EXPECT_FALSE(is_final(Answer::partial));
}

}  // namespace
}  // namespace doorstep
