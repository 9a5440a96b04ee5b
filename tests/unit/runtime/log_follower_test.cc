#include "common/runtime/log_follower.h"

#include <gtest/gtest.h>

#include "common/memory/seeded_random.h"
#include "common/wire/block_builder.h"
#include "tests/unit/runtime/followers.h"

namespace doorstep::runtime {
namespace {

TEST_F(Followers, a_subscription_begins_after_the_last_position_known) {
  (void)follow(Position{41});
  step();
  const Heard asked = subscription();
  EXPECT_EQ(asked.as<wire::Subscribe>()->from_exclusive, Position{41});
  EXPECT_EQ(asked.as<wire::Subscribe>()->consumer, "test");
  EXPECT_EQ(asked.as<wire::Subscribe>()->credit.events, 8U);
  EXPECT_EQ(asked.as<wire::Subscribe>()->credit.bytes, 10'000U);
}

TEST_F(Followers, batches_are_given_in_order_and_move_the_position) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 2, 5, block_of({1, 2}));
  send(log, 2, 2, 5, 5, block_of({3, 4, 5}));
  step();
  EXPECT_FALSE(follower.is_level(id));
  auto batch = follower.next(id);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->to_inclusive, Position{2});
  EXPECT_EQ(follower.position(id), Position{2});
  EXPECT_EQ(take_all(id), (Positions{3, 4, 5}));
  EXPECT_EQ(follower.position(id), Position{5});
  EXPECT_EQ(follower.head(id), Position{5});
  EXPECT_TRUE(follower.is_level(id));
}

TEST_F(Followers, large_batches_are_opened_when_the_ones_before_were_taken) {
  const auto large_block = [](std::uint64_t position) {
    Bytes event(100'000);  // that LZ4 makes no smaller
    std::uint64_t state = position;
    for (std::byte& byte : event) {
      state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
      byte = static_cast<std::byte>(state >> 56);
    }
    wire::BlockBuilder builder;
    builder.add({.position = Position{position}}, event);
    return builder.finish();
  };
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  for (std::uint64_t n = 1; n <= 3; ++n) send(log, n, n - 1, n, 3, large_block(n));
  for (std::uint64_t n = 1; n <= 3; ++n) {
    EXPECT_EQ(follower.step(now), Work::done);
    EXPECT_EQ(take_all(id), Positions{n}) << "one a step, and none is left out";
  }
  EXPECT_TRUE(follower.is_level(id));
}

TEST_F(Followers, a_range_in_which_nothing_matched_moves_the_position_too) {
  const FollowId id = follower.follow({.filter = {.types = {EventType::visit_recorded}}});
  step();
  const Heard log = subscription();
  send(log, 1, 0, 100, 100);
  step();
  const auto batch = follower.next(id);
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->records().empty());
  EXPECT_EQ(follower.position(id), Position{100});
  EXPECT_TRUE(follower.is_level(id));
}

TEST_F(Followers, nothing_is_level_before_the_log_has_said_where_its_head_is) {
  const FollowId id = follow();
  step();
  EXPECT_FALSE(follower.is_level(id));
  send(subscription(), 1, 0, 0, 0);
  step();
  EXPECT_TRUE(follower.is_level(id));
}

TEST_F(Followers, records_before_the_range_of_a_block_that_was_sent_whole_are_left_out) {
  const FollowId id = follow(Position{2});
  step();
  send(subscription(), 1, 2, 4, 4, block_of({1, 2, 3, 4}));
  step();
  EXPECT_EQ(take_all(id), (Positions{3, 4}));
}

TEST_F(Followers, a_gap_makes_it_subscribe_again_from_where_it_is) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 2, 9, block_of({1, 2}));
  send(log, 2, 3, 4, 9, block_of({4}));
  step();
  step_after(Milliseconds{200});
  Heard again{};
  bool unsubscribed = false;
  for (const Heard& request : heard()) {
    if (request.as<wire::Subscribe>()) again = request;
    if (request.as<wire::Unsubscribe>()) {
      unsubscribed = request.request.number == log.request.number;
    }
  }
  EXPECT_TRUE(unsubscribed);
  ASSERT_TRUE(again.as<wire::Subscribe>());
  EXPECT_EQ(again.as<wire::Subscribe>()->from_exclusive, Position{2});
  send(again, 1, 2, 4, 9, block_of({3, 4}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2, 3, 4}));
}

TEST_F(Followers, a_batch_that_was_lost_is_noticed_by_its_number) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 2, 0, 2, 9, block_of({1, 2}));
  step();
  EXPECT_FALSE(follower.next(id));
  step_after(Milliseconds{200});
  EXPECT_EQ(last_subscription().as<wire::Subscribe>()->from_exclusive, Position{0});
}

TEST_F(Followers, what_a_former_subscription_still_sends_is_dropped) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 5, 6, 9, block_of({6}));
  step();
  step_after(Milliseconds{200});
  const Heard again = last_subscription();
  send(log, 1, 0, 2, 9, block_of({1, 2}));
  send(again, 1, 0, 1, 9, block_of({1}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1}));
}

TEST_F(Followers, a_duplicate_batch_is_not_given_twice) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 2, 2, block_of({1, 2}));
  send(log, 1, 0, 2, 2, block_of({1, 2}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2}));
}

TEST_F(Followers, after_a_silence_it_subscribes_again) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 2, 2, block_of({1, 2}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2}));
  step_after(Milliseconds{999});
  EXPECT_TRUE(heard().empty());
  step_after(Milliseconds{1});
  step_after(Milliseconds{200});
  EXPECT_EQ(last_subscription().as<wire::Subscribe>()->from_exclusive, Position{2});
}

TEST_F(Followers, signs_of_life_keep_a_subscription_that_has_nothing_new) {
  (void)follow();
  step();
  const Heard log = subscription();
  for (std::uint64_t i = 1; i <= 20; ++i) {
    send(log, i, 0, 0, 0);
    step_after(Milliseconds{900});
  }
  EXPECT_TRUE(heard().empty());
}

TEST_F(Followers, a_log_that_was_restarted_is_followed_from_where_it_was_left) {
  const FollowId id = follow();
  step();
  send(subscription(), 1, 0, 2, 2, block_of({1, 2}));
  step();
  server.reset();
  server = network.serve("feed");
  step();  // at once, not only after a silence
  send(last_subscription(), 1, 2, 3, 3, block_of({3}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2, 3}));
}

TEST_F(Followers, credit_is_granted_again_once_half_of_it_was_taken) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 3, 9, block_of({1, 2, 3}));
  send(log, 2, 3, 5, 9, block_of({4, 5}));
  step();
  EXPECT_TRUE(heard().empty());  // received, but not taken
  ASSERT_TRUE(follower.next(id));
  step();
  EXPECT_TRUE(heard().empty());  // 3 of 8
  ASSERT_TRUE(follower.next(id));
  step();
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_TRUE(requests[0].as<wire::Credit>());
  EXPECT_EQ(requests[0].request.number, log.request.number);
  EXPECT_EQ(requests[0].as<wire::Credit>()->events, 5U);
  EXPECT_EQ(requests[0].as<wire::Credit>()->cursor, Position{5});
  step();
  EXPECT_TRUE(heard().empty());
}

TEST_F(Followers, credit_in_bytes_is_granted_again_too) {
  const FollowId id = follower.follow({.credit_events = 1'000'000, .credit_bytes = 200});
  step();
  const Heard log = subscription();
  const Bytes block = block_of({1, 2});
  ASSERT_GT(block.size(), 100U);
  send(log, 1, 0, 2, 9, block);
  step();
  ASSERT_TRUE(follower.next(id));
  step();
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_TRUE(requests[0].as<wire::Credit>());
  EXPECT_EQ(requests[0].as<wire::Credit>()->bytes, block.size());
}

TEST_F(Followers, a_reader_that_does_not_take_its_batches_is_not_mistaken_for_a_silent_log) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 8, 20, block_of({1, 2, 3, 4, 5, 6, 7, 8}));
  for (int i = 0; i < 10; ++i) step_after(Milliseconds{900});
  EXPECT_TRUE(heard().empty());
  EXPECT_EQ(take_all(id).size(), 8U);
  step();
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_TRUE(requests[0].as<wire::Credit>());
  EXPECT_EQ(requests[0].as<wire::Credit>()->events, 8U);
}

TEST_F(Followers, until_its_last_position_a_bounded_subscription_gives_all_and_then_says_done) {
  const FollowId id = follow(Position{0}, Position{2});
  step();
  const Heard log = subscription();
  EXPECT_EQ(log.as<wire::Subscribe>()->until, Position{2});
  send(log, 1, 0, 2, 9, block_of({1, 2}));
  say(log, wire::Ended{{.code = wire::RefusalCode::done}});
  step();
  EXPECT_FALSE(follower.ended(id));  // there is something to take first
  EXPECT_EQ(take_all(id), (Positions{1, 2}));
  ASSERT_TRUE(follower.ended(id));
  EXPECT_EQ(follower.ended(id)->code, wire::RefusalCode::done);
  step_after(Milliseconds{5'000});
  EXPECT_TRUE(heard().empty());
}

TEST_F(Followers, a_log_that_is_behind_its_reader_ends_it_for_an_operator_to_decide) {
  const FollowId id = follow(Position{500});
  step();
  say(subscription(), wire::Refused{.code = wire::RefusalCode::ahead_of_log, .message = "at 3"});
  step();
  ASSERT_TRUE(follower.ended(id));
  EXPECT_EQ(follower.ended(id)->message, "at 3");
}

TEST_F(Followers, a_busy_log_is_asked_again_later) {
  const FollowId id = follow();
  step();
  say(subscription(), wire::Ended{{.code = wire::RefusalCode::draining, .retry_after_ms = 500}});
  step();
  step_after(Milliseconds{499});
  EXPECT_TRUE(heard().empty());
  step_after(Milliseconds{1});
  (void)subscription();
  EXPECT_FALSE(follower.ended(id));
}

TEST_F(Followers, several_subscriptions_share_a_link_and_one_can_be_forgotten) {
  const FollowId one = follow();
  const FollowId two = follow(Position{7});
  step();
  const auto logs = heard();
  ASSERT_EQ(logs.size(), 2U);
  send(logs[1], 1, 7, 8, 8, block_of({8}));
  send(logs[0], 1, 0, 1, 8, block_of({1}));
  step();
  EXPECT_EQ(take_all(one), (Positions{1}));
  EXPECT_EQ(take_all(two), (Positions{8}));
  follower.forget(one);
  send(logs[0], 2, 1, 2, 8, block_of({2}));
  step();
  EXPECT_FALSE(follower.next(one));
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].as<wire::Unsubscribe>());
  EXPECT_EQ(requests[0].request.number, logs[0].request.number);
}

TEST_F(Followers, a_message_that_is_no_reply_is_passed_over) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  EXPECT_EQ(server->send(log.peer, Bytes(13)), Sent::sent);
  send(log, 1, 0, 1, 9, block_of({1}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1}));
}

// Asked for again, it would come as it is.
TEST_F(Followers, a_block_that_cannot_be_read_ends_it_for_an_operator_to_decide) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  Bytes newer = block_of({1});
  newer[4] = std::byte{77};
  send(log, 1, 0, 1, 9, newer);
  step();
  EXPECT_FALSE(follower.next(id));
  ASSERT_TRUE(follower.ended(id));
  EXPECT_EQ(follower.ended(id)->code, wire::RefusalCode::damaged);
  EXPECT_NE(follower.ended(id)->message.find("newer version"), std::string::npos);
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].as<wire::Unsubscribe>());
}

TEST_F(Followers, a_server_that_ignores_the_credit_is_left) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  memory::SeededRandom random{1};
  Bytes event(1024 * 1024);
  for (std::byte& byte : event)
    byte = static_cast<std::byte>(random.next());  // cannot be compressed
  // Far more than was granted: it is not kept.
  for (std::uint64_t i = 1; i <= 40; ++i) {
    wire::BlockBuilder builder;
    builder.add({.position = Position{i}}, event);
    send(log, i, i - 1, i, 100, builder.finish());
    step();
  }
  std::size_t kept = 0;
  while (follower.next(id)) ++kept;
  EXPECT_LT(kept, 20U);
}

TEST_F(Followers, what_is_kept_on_disk_is_said_on_subscribing_and_as_soon_as_it_is_more) {
  const auto id = follower.follow({.consumer = "test", .kept = Position{5}});
  step();
  const Heard subscribed = subscription();
  EXPECT_EQ(subscribed.as<wire::Subscribe>()->credit.kept, Position{5});
  step();
  EXPECT_TRUE(heard().empty());
  follower.set_kept(id, Position{9});
  step();
  const auto reports = heard();
  ASSERT_EQ(reports.size(), 1U);
  ASSERT_TRUE(reports[0].as<wire::Credit>());
  EXPECT_EQ(reports[0].as<wire::Credit>()->kept, Position{9});
  step();
  EXPECT_TRUE(heard().empty());
}

}  // namespace
}  // namespace doorstep::runtime
