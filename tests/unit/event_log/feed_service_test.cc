#include "services/event_log/feed_service.h"

#include <gtest/gtest.h>

#include "common/wire/block_builder.h"
#include "tests/unit/event_log/feed_reader.h"

namespace doorstep::event_log {
namespace {

class FeedServiceBehaviour : public FeedServiceTest {
 protected:
  // 500 requests of one event each, as consolidation leaves them.
  StoredBlock block_of_many_requests() {
    write_singles(500);
    wire::BlockBuilder merged;
    for (const Numbers::value_type position : from_to(1, 500)) {
      const auto part = wire::Block::open(*log.store().read(Position{position}).value()->bytes);
      const auto& request = part->requests()[0];
      merged.begin_request(request.append_id, request.digest, request.first);
      merged.add(part->records()[0].stamp, part->records()[0].event);
    }
    return {Position{1}, Position{500}, std::make_shared<const Bytes>(merged.finish())};
  }
};

TEST_F(FeedServiceBehaviour, gives_everything_in_order_and_then_what_comes) {
  write_singles(5);
  Reader reader{log, {.credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(1, 5));
  write_singles(2);
  EXPECT_EQ(reader.read(), from_to(6, 7));
  EXPECT_TRUE(reader.read().empty());
}

TEST_F(FeedServiceBehaviour, reads_from_the_store_what_memory_no_longer_has) {
  write_singles(5);
  write_large();
  restart();
  Reader reader{log, {.from_exclusive = Position{2}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(3, 1'005));
}

TEST_F(FeedServiceBehaviour, sends_a_large_stored_block_as_it_is) {
  write_singles(1);
  write_large();
  write_singles(1);
  const auto stored = log.store().read(Position{2});
  Reader reader{log, {.from_exclusive = Position{1}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(2, 1'002));
  EXPECT_EQ(reader.batches.at(0).block, *(*stored)->bytes);
}

TEST_F(FeedServiceBehaviour, sends_small_blocks_together_with_their_requests) {
  write_singles(20);
  Reader reader{log, {.credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(1, 20));
  ASSERT_EQ(reader.batches.size(), 1u);
  const auto block = wire::Block::open(reader.batches[0].block);
  ASSERT_EQ(block->requests().size(), 20u);
  EXPECT_EQ(block->requests()[7].append_id, id_of<AppendId>(8));
  EXPECT_EQ(block->requests()[7].digest, wire::digest_of(append(8, {reported_in(8)})));
}

TEST_F(FeedServiceBehaviour, small_blocks_come_without_requests_to_whoever_needs_none) {
  write_singles(20);
  Reader bare{log, {.credit = plenty, .bare = true}};
  EXPECT_EQ(bare.read(), from_to(1, 20));
  ASSERT_EQ(bare.batches.size(), 1u);
  EXPECT_TRUE(wire::Block::open(bare.batches[0].block)->requests().empty());
}

TEST_F(FeedServiceBehaviour, one_request_of_a_thousand_events_is_not_worth_a_copy) {
  write_large();
  const auto stored = log.store().read(Position{1});
  Reader bare{log, {.credit = plenty, .bare = true}};
  EXPECT_EQ(bare.read(), from_to(1, 1'000));
  EXPECT_EQ(bare.batches.at(0).block, *(*stored)->bytes);
}

TEST_F(FeedServiceBehaviour, a_large_block_of_many_requests_is_copied_without_them) {
  const auto one_by_one = block_of_many_requests();
  ASSERT_TRUE(log.store().replace(one_by_one));
  restart();
  Reader bare{log, {.credit = plenty, .bare = true}};
  EXPECT_EQ(bare.read(), from_to(1, 500));
  ASSERT_EQ(bare.batches.size(), 1u);
  const auto sent = wire::Block::open(bare.batches[0].block).value();
  const auto stored = wire::Block::open(*one_by_one.bytes).value();
  EXPECT_EQ(stored.requests().size(), 500u);
  EXPECT_TRUE(sent.requests().empty());
  ASSERT_EQ(sent.records().size(), stored.records().size());
  for (std::size_t i = 0; i < sent.records().size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(sent.records()[i].stored, stored.records()[i].stored));
  }
}

TEST_F(FeedServiceBehaviour, starts_in_the_middle_of_a_block) {
  write_large();
  Reader reader{log, {.from_exclusive = Position{500}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(501, 1'000));
}

TEST_F(FeedServiceBehaviour, a_block_is_never_cut_and_its_overdraft_is_paid_off) {
  write_large();
  write_singles(10);
  Reader reader{log, {.credit = {.events = 7, .bytes = 1'000'000}}};
  EXPECT_EQ(reader.read(), from_to(1, 1'000)) << "whole, with its request";
  EXPECT_EQ(wire::Block::open(reader.batches.at(0).block)->requests().size(), 1u);
  reader.grant({.events = 993});
  EXPECT_TRUE(reader.read().empty()) << "only paid off";
  reader.grant({.events = 3});
  EXPECT_EQ(reader.read(), from_to(1'001, 1'003));
  EXPECT_TRUE(reader.read().empty());
}

TEST_F(FeedServiceBehaviour, small_blocks_are_joined_only_within_the_credit) {
  write_singles(100);
  Reader reader{log, {.credit = {.events = 1'000, .bytes = 1'000}}};
  const auto first = reader.read();
  std::size_t bytes = 0;
  for (const auto& batch : reader.batches) bytes += batch.block.size();
  EXPECT_GE(first.size(), 1u);
  EXPECT_LE(bytes, 1'000 + 400u);
  Numbers all = first;
  for (int i = 0; i < 200 && reader.at() < 100; ++i) {
    reader.grant({.events = 0, .bytes = 500});
    for (const auto position : reader.read()) all.push_back(position);
  }
  EXPECT_EQ(all, from_to(1, 100));
}

TEST_F(FeedServiceBehaviour, only_an_until_inside_a_block_cuts_it) {
  write_large();
  Reader reader{log, {.from_exclusive = Position{10}, .until = Position{14}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(11, 14));
  const auto block = wire::Block::open(reader.batches.at(0).block);
  EXPECT_EQ(block->records().size(), 4u);
  EXPECT_TRUE(block->requests().empty()) << "a part of a request would say something else";
}

TEST_F(FeedServiceBehaviour, a_reader_without_credit_lags_and_is_kept) {
  write_singles(3);
  Reader reader{log, {}};
  EXPECT_TRUE(reader.read().empty());
  log.clock.advance(Milliseconds{3'600'000});
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(log.feeds().subscriptions(), 1u);
  reader.grant(plenty);
  EXPECT_EQ(reader.read(), from_to(1, 3));
}

TEST_F(FeedServiceBehaviour, filters_by_area_and_all_below_it) {
  const auto in = [](std::uint64_t n, AreaCode area) { return reported_in(n, {worker(1), area}); };
  write({in(1, grid_1), in(2, grid_2), in(3, village), in(4, {}), in(5, grid_1)});
  write({in(6, AreaCode{431'224'100'002'00100})});
  Reader grid{log, {.filter = {.area = grid_1}, .credit = plenty}};
  EXPECT_EQ(grid.read(), (Numbers{1, 5}));
  EXPECT_EQ(grid.at(), 6u);
  Reader all_of_village{log, {.filter = {.area = village}, .credit = plenty}};
  EXPECT_EQ(all_of_village.read(), (Numbers{1, 2, 3, 5}));
}

TEST_F(FeedServiceBehaviour, filters_by_type) {
  write({reported_in(1), stood_down(2), reported_in(3)});
  Reader reader{log, {.filter = {.types = {EventType::worker_stood_down}}, .credit = plenty}};
  EXPECT_EQ(reader.read(), (Numbers{2}));
  EXPECT_EQ(reader.at(), 3u);
  write({stood_down(4)});
  EXPECT_EQ(reader.read(), (Numbers{4}));
}

TEST_F(FeedServiceBehaviour, filters_by_stream_also_after_a_restart) {
  for (std::uint64_t n = 1; n <= 30; ++n) write({reported_in(n, {household(n % 3)})});
  restart();
  write({reported_in(31, {household(1)}), reported_in(32, {household(2)})});
  Reader reader{
      log, {.from_exclusive = Position{5}, .filter = {.stream = household(1)}, .credit = plenty}};
  EXPECT_EQ(reader.read(), (Numbers{7, 10, 13, 16, 19, 22, 25, 28, 31}));
  EXPECT_EQ(reader.at(), 32u);
  write({reported_in(33, {household(1)})});
  EXPECT_EQ(reader.read(), (Numbers{33}));
}

TEST_F(FeedServiceBehaviour, all_parts_of_a_filter_must_match) {
  write({reported_in(1, {household(1), grid_1}), stood_down(2, {household(1), grid_1}),
         stood_down(3, {household(1), grid_2}), stood_down(4, {household(2), grid_1})});
  Reader reader{
      log,
      {.filter = {.area = grid_1, .types = {EventType::worker_stood_down}, .stream = household(1)},
       .credit = plenty}};
  EXPECT_EQ(reader.read(), (Numbers{2}));
  EXPECT_EQ(reader.at(), 4u);
}

TEST_F(FeedServiceBehaviour, says_what_was_scanned_even_when_nothing_matches) {
  write_singles(10);
  Reader reader{log, {.filter = {.area = grid_2}, .credit = plenty}};
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(reader.at(), 10u) << "told at once on reaching the head";
  write_singles(3);
  reader.read();
  log.clock.advance(Milliseconds{100});
  reader.read();
  EXPECT_EQ(reader.at(), 13u);
}

TEST_F(FeedServiceBehaviour, a_filtered_reader_obeys_its_credit) {
  for (std::uint64_t n = 1; n <= 20; ++n) write({reported_in(n), stood_down(n)});
  Reader reader{log,
                {.filter = {.types = {EventType::worker_stood_down}},
                 .credit = {.events = 3, .bytes = 100'000}}};
  EXPECT_EQ(reader.read(), (Numbers{2, 4, 6}));
  EXPECT_LT(reader.at(), 8u) << "what was not sent was not scanned for the reader";
  reader.grant({.events = 2});
  EXPECT_EQ(reader.read(), (Numbers{8, 10}));
}

TEST_F(FeedServiceBehaviour, gives_a_sign_of_life_each_second_at_the_head) {
  write_singles(1);
  Reader reader{log, {.credit = plenty}};
  reader.read();
  const auto before = reader.batches.size();
  log.clock.advance(Milliseconds{999});
  reader.read();
  EXPECT_EQ(reader.batches.size(), before);
  log.clock.advance(Milliseconds{1});
  reader.read();
  ASSERT_EQ(reader.batches.size(), before + 1);
  EXPECT_TRUE(reader.batches.back().block.empty());
  EXPECT_EQ(reader.batches.back().head, Position{1});
}

TEST_F(FeedServiceBehaviour, a_reader_that_starts_at_the_head_is_told_so_at_once) {
  write_singles(3);
  Reader reader{log, {.from_exclusive = Position{3}, .credit = plenty}};
  EXPECT_TRUE(reader.read().empty());
  ASSERT_EQ(reader.batches.size(), 1u);
  EXPECT_EQ(reader.batches[0].head, Position{3});
  reader.read();
  EXPECT_EQ(reader.batches.size(), 1u) << "once";
}

TEST_F(FeedServiceBehaviour, ends_after_until) {
  write_singles(10);
  Reader reader{log, {.from_exclusive = Position{2}, .until = Position{6}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(3, 6));
  ASSERT_TRUE(reader.ended.has_value());
  EXPECT_EQ(reader.ended->code, RefusalCode::done);
  EXPECT_EQ(log.feeds().subscriptions(), 0u);
}

TEST_F(FeedServiceBehaviour, waits_for_an_until_that_has_not_come_yet) {
  write_singles(1);
  Reader reader{log, {.until = Position{3}, .credit = plenty}};
  EXPECT_EQ(reader.read(), from_to(1, 1));
  write_singles(5);
  EXPECT_EQ(reader.read(), from_to(2, 3));
  EXPECT_EQ(reader.ended.value().code, RefusalCode::done);
}

TEST_F(FeedServiceBehaviour, a_filtered_reader_is_told_the_whole_range_before_the_end) {
  write_singles(10);
  Reader reader{log, {.until = Position{8}, .filter = {.area = grid_2}, .credit = plenty}};
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(reader.at(), 8u);
  EXPECT_EQ(reader.ended.value().code, RefusalCode::done);
}

TEST_F(FeedServiceBehaviour, an_empty_range_is_done_at_once) {
  write_singles(3);
  Reader reader{log, {.from_exclusive = Position{3}, .until = Position{3}, .credit = plenty}};
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(reader.ended.value().code, RefusalCode::done);
}

TEST_F(FeedServiceBehaviour, nothing_comes_after_unsubscribe) {
  write_singles(1);
  Reader reader{log, {.credit = plenty}};
  reader.read();
  reader.unsubscribe();
  log.run();
  write_singles(1);
  EXPECT_TRUE(reader.read().empty());
  EXPECT_EQ(log.feeds().subscriptions(), 0u);
}

TEST_F(FeedServiceBehaviour, a_reader_that_went_away_is_forgotten) {
  {
    const Reader reader{log, {.credit = plenty}};
    log.run();
  }
  EXPECT_LE(log.feeds().subscriptions(), 1u);
  log.clock.advance(Milliseconds{1'000});
  log.run();
  EXPECT_EQ(log.feeds().subscriptions(), 0u);
}

TEST_F(FeedServiceBehaviour, bytes_that_are_no_request_get_an_answer) {
  const auto client = log.client("feed");
  ASSERT_EQ(client->send(the_server, Bytes(9, std::byte{0xff})), Sent::sent);
  send(*client, {5, wire::Describe{}});
  log.run();
  EXPECT_EQ(only<wire::Refused>(replies(*client)).size(), 2u);
}

TEST_F(FeedServiceBehaviour, a_subscription_beyond_a_limit_is_refused_under_its_number) {
  const auto client = log.client("feed");
  send(*client, {6, wire::Subscribe{.consumer = std::string(wire::consumer_bytes_max + 1, 'a')}});
  log.run();
  const auto all = replies(*client);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].number, 6u);
  EXPECT_EQ(std::get<wire::Refused>(all[0].what).code, wire::RefusalCode::invalid);
}

TEST(FeedService, a_full_queue_loses_nothing) {
  LogInMemory log{Settling::at_once, {.to_server_max = 2'048, .to_client_max = 2}};
  ASSERT_TRUE(log.start().has_value());
  const auto writer = log.client("cmd");
  for (std::uint64_t n = 1; n <= 10; ++n) {
    send(*writer, {n, append(n, std::vector<Bytes>(1'000, reported_in(1)))});
    log.run();
    EXPECT_EQ(replies(*writer).size(), 1u);
  }
  Reader reader{log, {.credit = plenty}};
  Numbers all;
  for (int i = 0; i < 20; ++i) {
    const auto some = reader.read();
    EXPECT_LE(some.size(), 2'000u);
    all.insert(all.end(), some.begin(), some.end());
  }
  EXPECT_EQ(all, from_to(1, 10'000));
}

}  // namespace
}  // namespace doorstep::event_log
