#include "services/aggregation/snapshot.h"

#include <gmock/gmock.h>

#include <fstream>

#include "services/aggregation/digest.h"
#include "services/aggregation/questions.h"
#include "tests/support/cursors.h"
#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {
namespace {

using test::Fact;

std::vector<Recorded> a_day() {
  test::FactLog log;
  log.add(std::vector<Fact>{
      AreaDefined{county, "county"}, opened(round_1), registered(li), placed(li, grid_1),
      registered(wang), placed(wang, grid_1),
      Fact{counting(visit(1, li, Disposition::screened), 4, 1)}.in(grid_1),
      Fact{visit(2, zhao, Disposition::no_answer)}.in(grid_3),
      withdrawn(wang, WithdrawalReason::duplicate),
      Fact{TaskOpened{.task = {{6, 1}}, .household = li, .round = round_1}}.in(grid_1),
      RoundClosed{round_1}, opened(round_2, 2), placed(li, grid_2),
      Fact{visit(3, li, Disposition::vacant, round_2)}.in(grid_2), retracted(1, li)});
  return log.records();
}

Coverage folded(const std::vector<Recorded>& records) {
  Coverage coverage;
  for (const Recorded& recorded : records) coverage.evolve(recorded);
  coverage.settle(Position{records.size()});
  return coverage;
}

const runtime::Progress progress{.cursor = test::cursor_at(Position{15}),
                                 .recorded_at = test::minutes_past(15)};

TEST(Snapshot, reads_back_with_log_epoch_position_tree_and_time) {
  const Coverage coverage = folded(a_day());
  const auto snapshot = snapshot_from(to_bytes(progress, coverage));
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->progress.cursor, progress.cursor);
  EXPECT_EQ(snapshot->progress.recorded_at, progress.recorded_at);
  EXPECT_EQ(digest(snapshot->state), digest(coverage));
  for (const RoundId round : {RoundId{}, round_1, round_2}) {
    for (const AreaCode area : {county, grid_1, grid_2, grid_3}) {
      EXPECT_EQ(tally_of(snapshot->state, area, round), tally_of(coverage, area, round));
    }
  }
}

TEST(Snapshot, without_a_tree_reads_back_without_one_and_a_wrong_number_of_peaks_is_none) {
  runtime::Progress without = progress;
  without.cursor.tree.reset();
  const auto snapshot = snapshot_from(to_bytes(without, folded(a_day())));
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->progress.cursor, without.cursor);
  runtime::Progress wrong = progress;
  wrong.cursor.position = Position{16};
  EXPECT_FALSE(snapshot_from(to_bytes(wrong, folded(a_day()))));
}

TEST(Snapshot, taken_anywhere_the_fold_goes_on_to_the_same_digest_and_bytes) {
  const auto records = a_day();
  const Bytes whole = to_bytes(progress, folded(records));
  for (std::size_t at = 0; at <= records.size(); ++at) {
    const Coverage before = folded({records.begin(), records.begin() + static_cast<long>(at)});
    auto snapshot = snapshot_from(to_bytes({.cursor = test::cursor_at(Position{at})}, before));
    ASSERT_TRUE(snapshot) << at;
    for (std::size_t i = at; i < records.size(); ++i) snapshot->state.evolve(records[i]);
    snapshot->state.settle(Position{records.size()});
    EXPECT_EQ(to_bytes(progress, snapshot->state), whole) << at;
  }
}

TEST(Snapshot, lists_the_same_households_and_tasks_everywhere_in_every_round) {
  const Coverage coverage = folded(a_day());
  const auto snapshot = snapshot_from(to_bytes(progress, coverage));
  ASSERT_TRUE(snapshot);
  const auto ask = [](const Coverage& of, const decltype(wire::Question::what)& what) {
    return wire::encode(answer({.what = what}, of, AsOf{}));
  };
  for (const RoundId round : {RoundId{}, round_1, round_2}) {
    for (const AreaCode area : {county, grid_1, grid_2, grid_3}) {
      const wire::AskHouseholds households{area, round, {}, 10};
      EXPECT_EQ(ask(snapshot->state, households), ask(coverage, households));
      const wire::AskTasks tasks{area, {}, 0, 10};
      EXPECT_EQ(ask(snapshot->state, tasks), ask(coverage, tasks));
    }
  }
}

TEST(Snapshot, of_another_version_or_layout_is_none) {
  Bytes bytes = to_bytes(progress, folded(a_day()));
  for (const std::size_t at : {0u, 8u, 12u}) {
    bytes[at] ^= std::byte{1};
    EXPECT_FALSE(snapshot_from(bytes)) << at;
    bytes[at] ^= std::byte{1};
  }
  EXPECT_TRUE(snapshot_from(bytes));
}

TEST(Snapshot, cut_short_or_longer_is_none) {
  Bytes bytes = to_bytes(progress, folded(a_day()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(snapshot_from(BytesView{bytes}.first(size))) << size;
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(snapshot_from(bytes));
}

TEST(Snapshot, a_wrong_byte_is_refused_or_folds_on) {
  Bytes bytes = to_bytes(progress, folded(a_day()));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] ^= std::byte{0xff};
    if (auto snapshot = snapshot_from(bytes)) {
      for (const Recorded& recorded : a_day()) snapshot->state.evolve(recorded);
      (void)digest(snapshot->state);
    }
    bytes[at] ^= std::byte{0xff};
  }
}

TEST(Digest, follows_from_the_rows_alone_and_never_from_the_order_of_naming) {
  const std::vector<Fact> li_first = {opened(round_1), registered(li), placed(li, grid_1),
                                      registered(wang), placed(wang, grid_2)};
  const std::vector<Fact> wang_first = {opened(round_1), registered(wang), placed(wang, grid_2),
                                        registered(li), placed(li, grid_1)};
  test::FactLog one, other;
  one.add(li_first);
  other.add(wang_first);
  EXPECT_EQ(digest(folded(one.records())), digest(folded(other.records())));
}

TEST(Digest, every_kind_of_change_shows) {
  auto records = a_day();
  std::vector<Sha256> seen{digest(folded({}))};
  for (std::size_t size = 1; size <= records.size(); ++size) {
    seen.push_back(digest(folded({records.begin(), records.begin() + static_cast<long>(size)})));
  }
  // Of the day's events only these leave every row as it is.
  const std::vector<std::size_t> same{1, 3, 5, 10};
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const bool is_same = std::ranges::find(same, i) != same.end();
    EXPECT_EQ(seen[i] == seen[i - 1], is_same) << "event " << i;
  }
}

// The worked example of docs/formats/digest.md. It changes only together with Coverage::version.
TEST(Digest, of_the_worked_example) {
  test::FactLog log;
  log.add(std::vector<Fact>{opened(round_1), registered(li), placed(li, grid_1),
                            counting(visit(1, li, Disposition::screened), 4, 1)});
  EXPECT_EQ(to_hex(digest(folded(log.records()))),
            "c86c150ce0aa4ab588048be480d2bc4ca42babf3ca5fa4f73fd60ce4fb8476af");
}

}  // namespace
}  // namespace doorstep::aggregation
