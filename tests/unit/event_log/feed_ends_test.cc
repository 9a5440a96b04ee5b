// How a subscription ends, in words that a program understands; and what it is told beside events.
#include <gtest/gtest.h>

#include "tests/unit/event_log/feed_reader.h"

namespace doorstep::event_log {
namespace {

using FeedEnds = FeedServiceTest;

const Sha256 other_root = [] {
  Sha256 root{};
  root.fill(9);
  return root;
}();

TEST_F(FeedEnds, a_reader_of_another_log_is_told_that_the_history_is_not_its_own) {
  write_singles(3);
  Reader reader{log, {.from_exclusive = Position{2}, .credit = plenty, .log = id_of<LogId>(78)}};
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(reader.ended.value().code, RefusalCode::epoch_changed);
  Reader same{log, {.from_exclusive = Position{2}, .credit = plenty, .log = id_of<LogId>(77)}};
  EXPECT_EQ(same.read(), from_to(3, 3));
}

TEST_F(FeedEnds, a_reader_of_another_epoch_is_told_so_before_anything_else) {
  write_singles(3);
  Reader reader{log, {.from_exclusive = Position{9}, .credit = plenty, .epoch = Epoch{2}}};
  reader.read();
  EXPECT_EQ(reader.ended.value().code, RefusalCode::epoch_changed);
  Reader same{log, {.credit = plenty, .epoch = log.epoch}};
  EXPECT_EQ(same.read(), from_to(1, 3));
}

TEST_F(FeedEnds, a_reader_with_other_events_behind_it_is_told_so) {
  write_singles(2'100);
  Hasher hasher;
  proof::MerkleTree tree;
  for (const std::uint64_t size : {2u, 1'024u, 2'100u}) {
    while (tree.size() < size) {
      const auto stored = log.store().read(next(Position{tree.size()})).value().value();
      const auto block = wire::Block::open(*stored.bytes).value();
      tree.append(hasher, block.records().front().stored);
    }
    const Position from{size};
    Reader other{log, {.from_exclusive = from, .credit = plenty, .root = other_root}};
    EXPECT_TRUE(other.read().empty());
    EXPECT_EQ(other.ended.value().code, RefusalCode::epoch_changed);
    Reader same{log, {.from_exclusive = from, .credit = plenty, .root = tree.root(hasher)}};
    EXPECT_EQ(same.read(), from_to(size + 1, 2'100));
    EXPECT_FALSE(same.ended.has_value());
  }
}

TEST_F(FeedEnds, a_reader_ahead_of_the_log_is_told_where_the_log_ends) {
  write_singles(3);
  Reader reader{log, {.from_exclusive = Position{4}, .credit = plenty}};
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(reader.ended.value().code, RefusalCode::ahead_of_log);
  EXPECT_EQ(reader.ended->position, Position{3});
  Reader level{log, {.from_exclusive = Position{3}, .credit = plenty}};
  level.read();
  EXPECT_FALSE(level.ended.has_value());
}

TEST_F(FeedEnds, a_reader_below_the_floor_is_told_the_floor_also_when_the_floor_moves) {
  write_singles(10);
  Reader lagging{log, {.credit = {.events = 2, .bytes = 100'000}}};
  EXPECT_EQ(lagging.read(), from_to(1, 2));
  log.news().floor.move({.floor = Position{5}});
  lagging.grant({.events = 2});
  EXPECT_TRUE(lagging.read().empty());
  EXPECT_EQ(lagging.ended.value().code, RefusalCode::cursor_below_floor);
  EXPECT_EQ(lagging.ended->position, Position{5});
  Reader late{log, {.from_exclusive = Position{4}, .credit = plenty}};
  late.read();
  EXPECT_EQ(late.ended.value().code, RefusalCode::cursor_below_floor);
  Reader level{log, {.from_exclusive = Position{5}, .credit = plenty}};
  EXPECT_EQ(level.read(), from_to(6, 10));
}

TEST_F(FeedEnds, draining_tells_every_reader) {
  write_singles(1);
  Reader reader{log, {.credit = plenty}};
  reader.read();
  log.feeds().drain();
  reader.read();
  EXPECT_EQ(reader.ended.value().code, RefusalCode::draining);
  EXPECT_TRUE(log.feeds().drained());
  Reader late{log, {.credit = plenty}};
  late.read();
  EXPECT_EQ(late.ended.value().code, RefusalCode::draining);
  EXPECT_GT(late.ended->retry_after_ms, 0u);
}

TEST_F(FeedEnds, a_reader_that_hits_a_damaged_block_is_told_before_the_service_ends) {
  write_large();
  restart();
  log.disk.damage(Position{1});
  const auto client = log.client("feed");
  send(*client, {1, wire::Subscribe{.credit = plenty}});
  const auto work = log.feeds().step({log.clock.now(), log.clock.monotonic()});
  ASSERT_FALSE(work.has_value());
  EXPECT_EQ(work.error().code, ErrorCode::damaged);
  const auto ended = only<Ended>(replies(*client));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].why.code, RefusalCode::damaged);
}

TEST_F(FeedEnds, an_account_has_only_so_many_subscriptions) {
  const auto client = log.client("feed");
  const FeedService::Limits limits;
  for (std::uint64_t n = 1; n <= limits.subscriptions_per_account_max; ++n) {
    send(*client, {n, wire::Subscribe{}});
    if (n % 100 == 0) log.run();
  }
  log.run();
  EXPECT_TRUE(only<Ended>(replies(*client)).empty());
  send(*client, {999'999, wire::Subscribe{}});
  log.run();
  const auto ended = only<Ended>(replies(*client));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].why.code, RefusalCode::busy);
  EXPECT_GT(ended[0].why.retry_after_ms, 0u);
}

// The signed checkpoint that a batch carried, if it did.
std::optional<proof::Checkpoint> checkpoint_of(const Batch& batch) {
  if (batch.checkpoint.empty()) return std::nullopt;
  const auto opened = proof::open_checkpoint(batch.checkpoint, LogInMemory::key());
  EXPECT_TRUE(opened.has_value());
  return opened ? std::optional{*opened} : std::nullopt;
}
std::vector<std::uint64_t> sizes(const Reader& reader) {
  std::vector<std::uint64_t> all;
  for (const Batch& batch : reader.batches) {
    const auto signed_head = checkpoint_of(batch);
    if (!signed_head) continue;
    EXPECT_GE(signed_head->size, number(batch.from_exclusive));
    EXPECT_LE(signed_head->size, number(batch.to_inclusive));
    all.push_back(signed_head->size);
  }
  return all;
}

TEST_F(FeedEnds, a_reader_at_the_head_gets_each_new_checkpoint_with_the_next_sign_of_life) {
  Reader reader{log, {.credit = plenty}};
  write_singles(3);
  EXPECT_EQ(reader.read(), from_to(1, 3));
  log.clock.advance(SignedHead::interval);
  log.run();  // signs
  log.clock.advance(Milliseconds{1'000});
  reader.read();
  EXPECT_EQ(sizes(reader).back(), 3u);
  const auto before = sizes(reader).size();
  log.clock.advance(Milliseconds{1'000});
  reader.read();
  EXPECT_EQ(sizes(reader).size(), before) << "once";
}

TEST_F(FeedEnds, under_traffic_the_batch_after_the_signing_carries_the_checkpoint) {
  Reader reader{log, {.credit = plenty}};
  write_singles(3);
  reader.read();
  log.clock.advance(SignedHead::interval);
  write_singles(2);
  log.clock.advance(SignedHead::interval);
  write_singles(2);
  EXPECT_EQ(reader.read().back(), 7u);
  EXPECT_FALSE(sizes(reader).empty());
}

TEST_F(FeedEnds, a_replay_after_a_restart_passes_the_signed_checkpoint) {
  write_singles(3);
  restart();
  log.run();  // it signs what it found
  write_singles(2);
  Reader reader{log, {.credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(1, 5));
  EXPECT_EQ(sizes(reader).front(), 3u);
}

TEST_F(FeedEnds, a_filtered_reader_gets_no_checkpoint_it_could_not_check) {
  write_singles(3);
  restart();
  Reader reader{log, {.filter = {.area = grid_1}, .credit = plenty}};
  reader.read();
  EXPECT_TRUE(sizes(reader).empty());
}

}  // namespace
}  // namespace doorstep::event_log
