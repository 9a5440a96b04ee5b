// Who reads, how far they are, and who has to wait for whom.
#include <gtest/gtest.h>

#include "tests/unit/event_log/feed_reader.h"

namespace doorstep::event_log {
namespace {

using FeedReaders = FeedServiceTest;

std::vector<wire::Consumer> consumers(LogInMemory& log) {
  const auto client = log.client("feed");
  send(*client, {7, wire::AskConsumers{}});
  log.run();
  const auto answers = only<wire::Consumers>(replies(*client));
  EXPECT_EQ(answers.size(), 1u);
  return answers.empty() ? std::vector<wire::Consumer>{} : answers[0].readers;
}

TEST_F(FeedReaders, each_is_listed_with_its_place_its_credit_and_its_silence) {
  write_singles(10);
  Reader reader{log, {.credit = {.events = 4, .bytes = 1'000'000}, .consumer = "counting"}};
  EXPECT_EQ(reader.read(), from_to(1, 4));
  log.clock.advance(Milliseconds{500});
  EXPECT_FALSE(consumers(log)[0].kept.has_value());
  reader.grant({.events = 2, .cursor = Position{3}, .kept = Position{2}});
  EXPECT_EQ(reader.read(), from_to(5, 6));
  log.clock.advance(Milliseconds{700});
  const auto all = consumers(log);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].account, "cli");
  EXPECT_EQ(all[0].name, "counting");
  EXPECT_EQ(all[0].cursor, Position{3});
  EXPECT_EQ(all[0].kept, Position{2});
  EXPECT_EQ(all[0].sent, Position{6});
  EXPECT_EQ(all[0].head, Position{10});
  EXPECT_EQ(all[0].credit_events, 0u);
  EXPECT_EQ(all[0].silent, Milliseconds{700});
  EXPECT_TRUE(all[0].connected);
}

TEST_F(FeedReaders, one_that_went_away_is_listed_until_it_is_back_or_forgotten) {
  write_singles(3);
  {
    Reader reader{
        log,
        {.credit = {.events = 9, .bytes = 9'999, .cursor = Position{2}}, .consumer = "counting"}};
    reader.read();
  }
  log.clock.advance(Milliseconds{1'000});
  log.run();
  auto all = consumers(log);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_FALSE(all[0].connected);
  EXPECT_EQ(all[0].cursor, Position{2});
  EXPECT_EQ(all[0].silent, Milliseconds{1'000});
  {
    Reader back{log, {.credit = plenty, .consumer = "counting"}};
    back.read();
    all = consumers(log);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_TRUE(all[0].connected);
  }
  log.clock.advance(Milliseconds{1'000});
  log.run();
  log.clock.advance(GoneReaders::kept_for + Milliseconds{1});
  EXPECT_TRUE(consumers(log).empty());
}

TEST_F(FeedReaders, one_that_took_its_leave_is_not_listed) {
  Reader reader{log, {.credit = plenty, .consumer = "counting"}};
  reader.read();
  reader.unsubscribe();
  log.run();
  EXPECT_TRUE(consumers(log).empty());
}

TEST_F(FeedReaders, those_that_went_away_are_kept_in_a_bounded_number) {
  for (std::size_t n = 0; n < GoneReaders::kept_max + 5; ++n) {
    const Reader reader{log, {.credit = plenty, .consumer = "number " + std::to_string(n)}};
    log.run();
  }
  log.clock.advance(Milliseconds{1'000});
  log.run();
  const auto all = consumers(log);
  EXPECT_EQ(all.size(), GoneReaders::kept_max);
}

TEST_F(FeedReaders, one_that_is_level_with_the_head_touches_no_disk) {
  write_large();
  restart();
  Reader all{log, {.from_exclusive = Position{1'000}, .credit = plenty}};
  Reader some{log,
              {.from_exclusive = Position{1'000},
               .filter = {.types = {EventType::worker_stood_down}},
               .credit = plenty}};
  all.read();
  some.read();
  const auto before = log.feeds().store_reads();
  for (int i = 0; i < 50; ++i) {
    write_singles(2);
    write({stood_down(1)});
    EXPECT_EQ(all.read().size(), 3u);
    EXPECT_EQ(some.read().size(), 1u);
  }
  EXPECT_EQ(log.feeds().store_reads(), before);
}

TEST_F(FeedReaders, a_restart_scans_nothing_again_for_one_that_nothing_matches) {
  for (int i = 0; i < 20; ++i) write_large();
  restart();
  const wire::Filter nothing{.types = {EventType::visit_recorded}};
  Position cursor{};
  {
    Reader reader{log, {.filter = nothing, .credit = {.events = 1, .bytes = 1}}};
    EXPECT_TRUE(reader.read().empty());
    cursor = Position{reader.at()};
    EXPECT_EQ(cursor, Position{20'000}) << "no credit is needed for what does not match";
    EXPECT_EQ(log.feeds().store_reads(), 0u) << "the columns of the index say so";
  }
  restart();
  Reader again{log, {.from_exclusive = cursor, .filter = nothing, .credit = plenty}};
  again.read();
  ASSERT_EQ(again.batches.size(), 1u);
  EXPECT_EQ(log.feeds().store_reads(), 0u);
}

// Blocks that come from the store, with a reader from the start and appends under way or not.
struct FeedPace : FeedServiceTest {
  void step() {
    ASSERT_TRUE(log.feeds().step({log.clock.now(), log.clock.monotonic()}).has_value());
  }
  std::uint64_t reads_within(Milliseconds time, bool is_busy) {
    const auto before = log.feeds().store_reads();
    for (Milliseconds passed{}; passed < time; passed += Milliseconds{1}) {
      log.clock.advance(Milliseconds{1});
      if (is_busy) log.news().load.append_seen(log.clock.monotonic());
      for (int i = 0; i < 5; ++i) step();
    }
    return log.feeds().store_reads() - before;
  }
};

TEST_F(FeedPace, a_replay_is_held_to_its_budget_while_appends_are_under_way) {
  for (int i = 0; i < 300; ++i) write_large();
  restart();
  const auto stored = log.store().read(Position{1});
  const std::int64_t block = wire::read_block_header(*(*stored)->bytes)->raw_bytes;
  const auto client = log.client("feed");
  send(*client, {1, wire::Subscribe{.credit = {.events = 1'000'000, .bytes = 64'000'000}}});
  const ReplayPace::Limits pace;
  const auto allowed = (100 * pace.bytes_per_ms + pace.bytes_saved_max) / block + 2;
  const auto busy = static_cast<std::int64_t>(reads_within(Milliseconds{100}, true));
  EXPECT_LE(busy, allowed);
  EXPECT_GE(busy, 100 * pace.bytes_per_ms / block - 1) << "paced, not stopped";
  log.clock.advance(Load::busy_for);
  static_cast<void>(reads_within(Milliseconds{100}, false));
  EXPECT_GE(log.feeds().store_reads(), 300u) << "at full speed when nothing is appended";
}

TEST_F(FeedPace, a_live_reader_is_served_at_once_beside_replays) {
  for (int i = 0; i < 40; ++i) write_large();
  restart();
  const auto replays = log.client("feed");
  for (std::uint64_t n = 1; n <= 20; ++n) send(*replays, {n, wire::Subscribe{.credit = plenty}});
  const auto live = log.client("feed");
  send(*live, {1, wire::Subscribe{.from_exclusive = Position{40'000}, .credit = plenty}});
  step();
  EXPECT_EQ(only<Batch>(replies(*live)).size(), 1u) << "its head";
  send(*writer, {1'000'000, append(1'000'000, {reported_in(1)})});
  ASSERT_TRUE(log.commands().step({log.clock.now(), log.clock.monotonic()}).has_value());
  ASSERT_TRUE(log.commands().step({log.clock.now(), log.clock.monotonic()}).has_value());
  step();
  const auto batches = only<Batch>(replies(*live));
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].to_inclusive, Position{40'001});
}

TEST_F(FeedPace, replays_take_turns) {
  for (int i = 0; i < 40; ++i) write_large();
  restart();
  std::vector<std::unique_ptr<Messages>> clients;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    clients.push_back(log.client("feed"));
    send(*clients.back(), {1, wire::Subscribe{.credit = plenty}});
  }
  for (int i = 0; i < 20; ++i) step();
  for (const auto& client : clients) EXPECT_GE(only<Batch>(replies(*client)).size(), 5u);
}

}  // namespace
}  // namespace doorstep::event_log
