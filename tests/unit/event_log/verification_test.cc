#include "services/event_log/verification.h"

#include <gtest/gtest.h>

#include "common/wire/block_builder.h"
#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {
namespace {

Stamp stamp(std::uint64_t position, std::uint64_t revision, std::int64_t at) {
  return {Position{position}, Revision{revision}, Instant{at}};
}

StoredBlock block(std::uint64_t request, const std::vector<Stamp>& stamps) {
  wire::BlockBuilder builder;
  builder.begin_request(id_of<AppendId>(request), {}, stamps.front().position);
  for (const Stamp& each : stamps) builder.add(each, reported_in(1));
  StoredBlock stored{.first = builder.first(), .last = builder.last()};
  stored.bytes = std::make_shared<const Bytes>(builder.finish());
  return stored;
}

std::vector<StoredBlock> good_log() {
  return {block(1, {stamp(1, 0, 5), stamp(2, 1, 5)}), block(2, {stamp(3, 2, 6)}),
          block(3, {stamp(4, 3, 7), stamp(5, 4, 7)})};
}

Verified verify(const std::vector<StoredBlock>& blocks, std::vector<SignedPoint> points = {}) {
  Verification verification{std::move(points)};
  for (const StoredBlock& each : blocks) verification.take(each);
  return verification.finish();
}

std::vector<std::pair<std::uint64_t, std::string>> problems(const Verified& verified) {
  std::vector<std::pair<std::uint64_t, std::string>> all;
  for (const Problem& each : verified.problems) all.emplace_back(number(each.first), each.what);
  return all;
}
using Problems = std::vector<std::pair<std::uint64_t, std::string>>;

SignedPoint signed_at(std::size_t blocks, std::uint64_t size) {
  auto log = good_log();
  log.resize(blocks);
  return {.checkpoint = {.size = size, .root = verify(log).root}, .from = "the head"};
}

TEST(Verification, a_good_log_has_no_problem_and_says_what_it_holds) {
  const Verified verified = verify(good_log(), {signed_at(3, 5), signed_at(1, 2), signed_at(0, 0)});
  EXPECT_EQ(problems(verified), Problems{});
  EXPECT_EQ(verified.head, Position{5});
  EXPECT_EQ(verified.events, 5u);
  EXPECT_EQ(verified.requests, 3u);
  EXPECT_EQ(verified.blocks, 3u);
  EXPECT_EQ(verified.points, 3u);
}

TEST(Verification, a_missing_block_is_named_and_what_follows_is_looked_at_all_the_same) {
  auto log = good_log();
  log.erase(log.begin() + 1);
  log.push_back(block(3, {stamp(6, 5, 8)}));
  EXPECT_EQ(problems(verify(log, {signed_at(3, 5)})),
            (Problems{{3, "events are missing"}, {6, "an append request is there twice"}}));
}

TEST(Verification, each_kind_of_problem_is_named_once_with_its_first_position_and_counted) {
  auto log = good_log();
  log.push_back(block(4, {stamp(6, 3, 4), stamp(7, 4, 3)}));
  const Verified verified = verify(log);
  EXPECT_EQ(problems(verified),
            (Problems{{6, "an event was recorded before the one that it follows"},
                      {6, "an event has a revision that its stream does not have"}}));
  EXPECT_EQ(verified.problems[0].times, 2u);
  EXPECT_EQ(verified.problems[1].times, 1u) << "the second follows the first";
}

TEST(Verification, a_log_that_ends_before_what_was_signed_is_too_short) {
  auto log = good_log();
  log.pop_back();
  EXPECT_EQ(problems(verify(log, {signed_at(3, 5)})),
            (Problems{{4, "the log ends at position 3, and the head was signed for 5"}}));
}

TEST(Verification, other_events_than_the_signed_ones_show_at_the_signed_position) {
  auto log = good_log();
  log[1] = block(2, {stamp(3, 2, 7)});
  EXPECT_EQ(problems(verify(log, {signed_at(1, 2), signed_at(3, 5)})),
            (Problems{{5, "the events up to here are not those that were signed in the head"}}));
}

TEST(Verification, bytes_that_are_no_block_a_foreign_key_and_records_without_a_request_show) {
  auto log = good_log();
  log[1].bytes = std::make_shared<const Bytes>(Bytes(100, std::byte{7}));
  const auto no_block = problems(verify(log));
  ASSERT_EQ(no_block.size(), 1u);
  EXPECT_EQ(no_block[0].first, 3u);

  log = good_log();
  log[2].last = Position{6};
  EXPECT_EQ(problems(verify(log)),
            (Problems{{4, "a block holds other positions than its key says"}}));

  wire::BlockBuilder builder;
  builder.add(stamp(1, 0, 5), reported_in(1));
  StoredBlock stored{.first = Position{1}, .last = Position{1}};
  stored.bytes = std::make_shared<const Bytes>(builder.finish());
  EXPECT_EQ(problems(verify({stored})), (Problems{{1, "records belong to no append request"}}));
}

TEST(Verification, a_block_that_overlaps_the_one_before_it_shows) {
  auto log = good_log();
  log.insert(log.begin() + 1, block(9, {stamp(2, 1, 5)}));
  EXPECT_EQ(problems(verify(log)),
            (Problems{{2, "a block begins before the one in front of it ends"}}));
}

TEST(Verification, a_block_that_cannot_be_read_is_named_with_the_events_that_are_gone_with_it) {
  Verification verification{{signed_at(3, 5)}};
  const auto log = good_log();
  verification.take(log[0]);
  verification.unreadable(Position{3});
  verification.take(log[2]);
  EXPECT_EQ(problems(verification.finish()),
            (Problems{{3, "a block is cut off or does not match its checksum"},
                      {3, "events are missing"}}));
}

}  // namespace
}  // namespace doorstep::event_log
