// The floor: what is asked of a log that has dropped its oldest events.
#include <gtest/gtest.h>

#include "services/event_log/floor_base.h"
#include "services/event_log/index_verification.h"
#include "services/event_log/verification.h"
#include "tests/unit/event_log/feed_reader.h"
#include "tests/unit/event_log/proven_log.h"

namespace doorstep::event_log {
namespace {

const LogId the_log = id_of<LogId>(77);

// Blocks of one request with 700 events, over five streams.
class FloorTest : public ProofsTest {
 protected:
  void SetUp() override {
    log_.indexing.snapshot_every = 1'000;
    start();
  }
  void append_requests(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      ++requests_;
      send(*client_, {1, request(requests_)});
      log_.run();
      ASSERT_EQ(only<wire::Appended>(replies(*client_)).size(), 1u);
    }
    sign();
    ledger_.read(log_);
  }
  static wire::Append request(std::uint64_t n) {
    std::vector<Bytes> events;
    for (std::uint64_t i = 1; i <= 700; ++i) {
      const std::uint64_t id = n * 1'000 + i;
      events.push_back(reported_in(id, {.stream = household(id % 5)}));
    }
    return append(n, std::move(events));
  }
  Position move_to(std::uint64_t floor) {
    return ask<wire::FloorMoved>({.what = wire::MoveFloor{Position{floor}}}).floor;
  }
  wire::Refused refusal_of_move(std::uint64_t floor) {
    return ask<wire::Refused>({.what = wire::MoveFloor{Position{floor}}});
  }
  void expect_known(std::uint64_t n) {
    const auto again = ask<wire::Appended>({.what = request(n)});
    EXPECT_TRUE(again.duplicate) << n;
    EXPECT_EQ(again.first, Position{(n - 1) * 700 + 1});
    EXPECT_EQ(again.last, Position{n * 700});
  }
  // Everything that a log above its floor must still do.
  void expect_whole_above(std::uint64_t floor) {
    EXPECT_EQ(ask<wire::Described>({.what = wire::Describe{}}).floor, Position{floor});
    for (std::uint64_t n = 1; n <= requests_; ++n) expect_known(n);
    const wire::Condition right{.stream = household(1),
                                .expect = wire::Expectation::exact,
                                .revision = Revision{requests_ * 140 - 1}};
    wire::Condition wrong = right;
    wrong.revision = Revision{3};
    EXPECT_EQ(
        ask<wire::Refused>({.what = append(++last_id_ + 900'000, {reported_in(1)}, {wrong})}).code,
        wire::RefusalCode::wrong_revision);
    Reader late{log_, {.credit = plenty}};
    EXPECT_TRUE(late.read().empty());
    ASSERT_TRUE(late.ended.has_value());
    EXPECT_EQ(late.ended->code, RefusalCode::cursor_below_floor);
    EXPECT_EQ(late.ended->position, Position{floor});
    Reader reader{log_, {.from_exclusive = Position{floor}, .credit = plenty}};
    EXPECT_EQ(reader.read(), from_to(floor + 1, ledger_.size()));
    expect_included(floor + 1, ledger_.size());
    expect_included(ledger_.size(), ledger_.size());
    expect_consistent(floor, ledger_.size());
    expect_consistent(floor, floor + 1);
    EXPECT_EQ(ask<wire::Refused>({.what = wire::Prove{.position = Position{floor}}}).code,
              wire::RefusalCode::cursor_below_floor);
    const auto verified =
        verify_indexes(log_.store(), log_.index, *log_.heads_file.read(), {the_log, log_.epoch});
    ASSERT_TRUE(verified.has_value()) << verified.error().message;
    EXPECT_EQ(verified->append_ids, requests_);
  }
  void restart() {
    const auto started = log_.start();
    ASSERT_TRUE(started.has_value()) << started.error().message;
    client_ = log_.client("cmd");
    log_.run();
  }
  std::uint64_t requests_{};
};

TEST_F(FloorTest, what_is_below_is_gone_and_everything_else_stays_over_restarts) {
  append_requests(5);
  EXPECT_EQ(move_to(1'400), Position{1'400});
  EXPECT_EQ(log_.disk.blocks(), 3u);
  expect_whole_above(1'400);
  restart();
  expect_whole_above(1'400);
  append_requests(1);
  expect_whole_above(1'400);
}

TEST_F(FloorTest, without_its_indexes_the_log_is_folded_from_the_floor) {
  append_requests(5);
  EXPECT_EQ(move_to(1'400), Position{1'400});
  append_requests(1);
  ASSERT_TRUE(log_.index.clear());
  log_.heads_file = {};
  restart();
  expect_whole_above(1'400);
}

TEST_F(FloorTest, a_snapshot_of_before_the_floor_is_not_used) {
  append_requests(5);
  const memory::MemorySnapshotFile old = log_.heads_file;
  append_requests(5);
  EXPECT_EQ(move_to(4'900), Position{4'900});
  log_.heads_file = old;
  restart();
  EXPECT_FALSE(log_.said.empty());
  expect_whole_above(4'900);
}

TEST_F(FloorTest, it_is_the_end_of_a_block_the_last_one_at_or_below_what_was_asked_for) {
  append_requests(4);
  EXPECT_EQ(move_to(699), Position{0});
  EXPECT_EQ(move_to(1'399), Position{700});
  EXPECT_EQ(log_.disk.blocks(), 3u);
}

TEST_F(FloorTest, it_moves_again_from_where_it_is) {
  append_requests(6);
  EXPECT_EQ(move_to(700), Position{700});
  EXPECT_EQ(move_to(1'400), Position{1'400});
  append_requests(1);
  restart();
  EXPECT_EQ(move_to(3'500), Position{3'500});
  expect_whole_above(3'500);
  EXPECT_EQ(move_to(1'400), Position{3'500}) << "it never falls";
}

TEST_F(FloorTest, what_is_not_signed_or_too_new_stays) {
  append_requests(2);
  EXPECT_NE(refusal_of_move(1'301).message.find("at most at position 1300"), std::string::npos);
  EXPECT_NE(refusal_of_move(9'000).message.find("not signed"), std::string::npos);
  EXPECT_EQ(ask<wire::Described>({.what = wire::Describe{}}).floor, Position{0});
}

TEST_F(FloorTest, what_a_reader_needs_at_its_next_start_stays_also_while_that_is_away) {
  append_requests(5);
  wire::Subscribe wanted{.credit = plenty, .consumer = "intake"};
  wanted.credit.kept = Position{1'400};
  {
    Reader reader{log_, wanted};
    const Reader another{log_, {.credit = plenty, .consumer = "says nothing of it"}};
    reader.read();
    EXPECT_EQ(move_to(700), Position{700});
    const auto refused = refusal_of_move(2'100);
    EXPECT_EQ(refused.code, RefusalCode::still_needed);
    EXPECT_EQ(refused.position, Position{1'400});
    EXPECT_NE(
        refused.message.find("intake (account cli) has its state on disk up to position 1400"),
        std::string::npos);
    send(*client_, {1, wire::MoveFloor{Position{2'100}}});
    ASSERT_TRUE(log_.commands().step({log_.clock.now(), log_.clock.monotonic()}).has_value());
    EXPECT_EQ(only<wire::Refused>(replies(*client_)).size(), 1u) << "at once";
    EXPECT_EQ(move_to(1'400), Position{1'400}) << "what it has kept may go";
    wire::Credit more = plenty;
    more.kept = Position{2'100};
    reader.grant(more);
    log_.run();
    EXPECT_EQ(move_to(2'100), Position{2'100});
  }
  log_.clock.advance(Milliseconds{1'000});
  log_.run();
  const auto refused = refusal_of_move(2'800);
  EXPECT_EQ(refused.code, RefusalCode::still_needed);
  EXPECT_NE(refused.message.find("which went away"), std::string::npos);
  log_.clock.advance(GoneReaders::kept_for + Milliseconds{1'000});
  log_.run();
  EXPECT_EQ(move_to(2'800), Position{2'800}) << "forgotten";
}

TEST_F(FloorTest, a_reader_that_comes_back_with_more_is_not_held_against_its_old_connection) {
  append_requests(5);
  wire::Subscribe wanted{.credit = plenty, .consumer = "intake"};
  wanted.credit.kept = Position{700};
  {
    Reader dies{log_, wanted};
    dies.read();
  }
  wanted.from_exclusive = Position{1'400};
  wanted.credit.kept = Position{1'400};
  Reader back{log_, wanted};
  back.read();
  log_.clock.advance(Milliseconds{1'000});
  log_.run();
  EXPECT_EQ(move_to(1'400), Position{1'400});
}

TEST_F(FloorTest, a_reader_that_comes_while_it_is_on_its_way_keeps_what_it_needs) {
  append_requests(4);
  send(*client_, {1, wire::MoveFloor{Position{1'400}}});
  wire::Subscribe wanted{.credit = plenty, .consumer = "assignment"};
  wanted.credit.kept = Position{};
  ASSERT_TRUE(log_.commands().step({log_.clock.now(), log_.clock.monotonic()}).has_value());
  Reader reader{log_, wanted};
  EXPECT_EQ(reader.read(), from_to(1, 2'800));
  const auto refused = only<wire::Refused>(replies(*client_));
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].code, RefusalCode::still_needed);
  EXPECT_EQ(log_.disk.blocks(), 4u);
}

TEST_F(FloorTest, after_a_start_it_waits_until_readers_can_be_back) {
  append_requests(4);
  log_.floor_requests.readers_return_within = Milliseconds{10'000};
  restart();
  EXPECT_EQ(refusal_of_move(700).code, RefusalCode::busy);
  log_.clock.advance(Milliseconds{10'000});
  EXPECT_EQ(move_to(700), Position{700});
}

TEST_F(FloorTest, an_account_that_may_not_is_told_what_an_operator_can_do) {
  append_requests(2);
  client_ = log_.network.connect("cmd", "intake");
  const auto refused = refusal_of_move(700);
  EXPECT_EQ(refused.code, wire::RefusalCode::denied);
  EXPECT_NE(refused.message.find("may_move_floor"), std::string::npos);
}

TEST_F(FloorTest, one_moves_it_at_a_time) {
  append_requests(4);
  send(*client_, {1, wire::MoveFloor{Position{700}}});
  send(*client_, {2, wire::MoveFloor{Position{1'400}}});
  log_.run();
  const auto all = replies(*client_);
  ASSERT_EQ(only<wire::Refused>(all).size(), 1u);
  EXPECT_EQ(only<wire::Refused>(all)[0].code, wire::RefusalCode::busy);
  ASSERT_EQ(only<wire::FloorMoved>(all).size(), 1u);
  EXPECT_EQ(only<wire::FloorMoved>(all)[0].floor, Position{700});
}

TEST_F(FloorTest, a_reader_under_way_below_it_is_ended_before_a_block_is_gone) {
  append_requests(4);
  Reader reader{log_, {.credit = {.events = 700, .bytes = 64 * 1024 * 1024}}};
  EXPECT_EQ(reader.read(), from_to(1, 700));
  EXPECT_EQ(move_to(1'400), Position{1'400});
  reader.grant(plenty);
  EXPECT_TRUE(reader.read().empty());
  ASSERT_TRUE(reader.ended.has_value());
  EXPECT_EQ(reader.ended->code, RefusalCode::cursor_below_floor);
}

TEST_F(FloorTest, blocks_go_only_after_both_who_read_them_have_seen_the_floor) {
  append_requests(4);
  send(*client_, {1, wire::MoveFloor{Position{700}}});
  const Now now{log_.clock.now(), log_.clock.monotonic()};
  ASSERT_TRUE(log_.commands().step(now));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(log_.upkeep().step(now));
  EXPECT_EQ(log_.store().floor(), Position{700}) << "durable";
  ASSERT_TRUE(log_.commands().step(now));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(log_.upkeep().step(now));
  EXPECT_TRUE(log_.store().read(Position{1}).value()) << "the feed may be reading it";
  ASSERT_TRUE(log_.feeds().step(now));
  ASSERT_TRUE(log_.upkeep().step(now));
  EXPECT_FALSE(log_.store().read(Position{1}).value());
}

TEST_F(FloorTest, stopped_before_it_is_durable_it_has_not_moved) {
  append_requests(4);
  send(*client_, {1, wire::MoveFloor{Position{1'400}}});
  const Now now{log_.clock.now(), log_.clock.monotonic()};
  ASSERT_TRUE(log_.commands().step(now));
  ASSERT_TRUE(log_.upkeep().step(now));
  log_.commands().drain();
  ASSERT_TRUE(log_.commands().step(now));
  const auto told = only<wire::Refused>(replies(*client_));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].code, wire::RefusalCode::draining);
  restart();
  EXPECT_EQ(ask<wire::Described>({.what = wire::Describe{}}).floor, Position{0});
  expect_known(1);
  EXPECT_EQ(move_to(1'400), Position{1'400});
}

TEST_F(FloorTest, a_crash_between_floor_and_deletion_is_made_up_for) {
  append_requests(4);
  FloorFold fold{FloorBase{}};
  ASSERT_TRUE(fold.take(**log_.store().read(Position{1})));
  ASSERT_TRUE(log_.store().keep_dropped(fold.requests()));
  ASSERT_TRUE(log_.store().move_floor(
      {.floor = Position{700}, .value = to_bytes(the_log, fold.parts(), fold.leaves())}));
  restart();
  EXPECT_EQ(log_.disk.blocks(), 3u);
  expect_whole_above(700);
}

TEST_F(FloorTest, a_base_of_other_events_is_noticed_at_the_start) {
  append_requests(4);
  LogInMemory other;
  ASSERT_TRUE(other.start());
  const auto client = other.client("cmd");
  send(*client, {1, request(9)});
  other.run();
  FloorFold fold{FloorBase{}};
  ASSERT_TRUE(fold.take(**other.store().read(Position{1})));
  ASSERT_TRUE(log_.store().move_floor(
      {.floor = Position{700}, .value = to_bytes(the_log, fold.parts(), fold.leaves())}));
  const auto started = log_.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::damaged);
}

TEST_F(FloorTest, a_base_that_is_none_is_noticed_at_the_start) {
  append_requests(4);
  ASSERT_TRUE(log_.store().move_floor({.floor = Position{700}, .value = Bytes(100)}));
  const auto started = log_.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::damaged);
}

TEST_F(FloorTest, a_signed_head_below_it_is_refused) {
  append_requests(2);
  const memory::MemorySnapshotFile old = log_.head_file;
  append_requests(4);
  EXPECT_EQ(move_to(2'100), Position{2'100});
  log_.head_file = old;
  const auto started = log_.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_NE(started.error().message.find("signed head says 1400"), std::string::npos);
}

TEST_F(FloorTest, verification_begins_there_and_still_meets_the_signed_head) {
  append_requests(5);
  EXPECT_EQ(move_to(1'400), Position{1'400});
  const auto verify = [&](Sha256 head, LogId log, std::size_t left_out = 0) {
    Verification verification{
        {{.checkpoint = {.size = 700, .root = ledger_.root(700)}, .from = "an old day"},
         {.checkpoint = {.size = 1'400, .root = ledger_.root(1'400)}, .from = "the last day"},
         {.checkpoint = {.size = 3'500, .root = head}, .from = "the head"}}};
    const auto begun = verification.begin_at(*log_.store().base().value(), log);
    if (!begun) return Verified{.problems = {{.what = begun.error().message}}};
    EXPECT_TRUE(log_.store().each_dropped([&](const IndexedAppend& request) {
      if (left_out == 0) verification.take_dropped(request);
      left_out -= std::min<std::size_t>(left_out, 1);
      return Outcome{};
    }));
    for (Position at{1'401}; at <= Position{3'500};) {
      const auto stored = log_.store().read(at).value();
      verification.take(*stored);
      at = next(stored->last);
    }
    return verification.finish();
  };
  const Verified verified = verify(ledger_.root(3'500), the_log);
  EXPECT_TRUE(verified.problems.empty());
  EXPECT_EQ(verified.floor, Position{1'400});
  EXPECT_EQ(verified.events, 2'100u);
  EXPECT_EQ(verified.requests, 5u);
  EXPECT_EQ(verified.points, 2u);
  EXPECT_EQ(verified.points_below, 1u);
  EXPECT_EQ(verify(ledger_.root(3'499), the_log).problems.size(), 1u);
  EXPECT_EQ(verify(ledger_.root(3'500), id_of<LogId>(5)).problems.size(), 1u);
  const auto missing = verify(ledger_.root(3'500), the_log, 1).problems;
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_NE(missing[0].what.find("requests of events below the floor are missing"),
            std::string::npos);
}

TEST_F(FloorTest, a_streams_history_is_found_above_it_without_what_came_before) {
  append_requests(5);
  EXPECT_EQ(move_to(1'400), Position{1'400});
  ASSERT_TRUE(log_.index.clear());
  log_.heads_file = {};
  restart();
  Numbers expected;
  for (std::uint64_t at = 1'401; at <= 3'500; ++at) {
    const std::uint64_t in_request = (at - 1) % 700 + 1;
    if (in_request % 5 == 2) expected.push_back(at);
  }
  Reader reader{
      log_,
      {.from_exclusive = Position{1'400}, .filter = {.stream = household(2)}, .credit = plenty}};
  EXPECT_EQ(reader.read(), expected);
}

}  // namespace
}  // namespace doorstep::event_log
