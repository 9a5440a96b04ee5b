// A follower that knows which history it has: what it tells the log, what it checks, and when it
// stops for good.
#include <gtest/gtest.h>

#include "tests/unit/runtime/followers.h"

namespace doorstep::runtime {
namespace {

const LogId this_log{{7, 7}};

struct FollowersOfAHistory : Followers {
  Hasher hasher{};
  Ed25519Key key{Ed25519Key::from_seed(Sha256{5})};

  FollowId follow_from(Cursor cursor) {
    return follower.follow({.cursor = std::move(cursor),
                            .read_note =
                                [this](std::string_view note) {
                                  ++notes_read;
                                  return proof::open_checkpoint(note, key);
                                },
                            .consumer = "test"});
  }
  // The tree over the records that block_of gives positions 1 to `size`.
  proof::MerkleTree tree_of(std::uint64_t size) {
    proof::MerkleTree tree;
    for (std::uint64_t position = 1; position <= size; ++position) {
      const Bytes bytes = block_of({position});
      const auto block = wire::Block::open(bytes);
      tree.append(hasher, block->records()[0].stored);
    }
    return tree;
  }
  Cursor cursor_at(std::uint64_t position) {
    return {.log = this_log,
            .epoch = Epoch{2},
            .position = Position{position},
            .tree = tree_of(position)};
  }
  std::string note_of(std::uint64_t size, LogId log = this_log) {
    return proof::sign_checkpoint({log, Epoch{2}, size, tree_of(size).root(hasher)}, key);
  }
  void send_signed(const Heard& to, std::uint64_t number, std::uint64_t from, std::uint64_t upto,
                   Bytes block, std::string note) {
    say(to, wire::Batch{.number = number,
                        .from_exclusive = Position{from},
                        .to_inclusive = Position{upto},
                        .head = Position{upto},
                        .block = std::move(block),
                        .checkpoint = std::move(note)});
  }
  // It stopped for good: for that reason, after `taken`, and it asks for nothing more.
  void expect_stopped(FollowId id, wire::RefusalCode code, const Positions& taken) {
    EXPECT_EQ(take_all(id), taken);
    ASSERT_TRUE(follower.ended(id));
    EXPECT_EQ(follower.ended(id)->code, code);
    (void)heard();
    for (int i = 0; i < 20; ++i) step_after(Milliseconds{1'000});
    for (const Heard& request : heard()) EXPECT_FALSE(request.as<wire::Subscribe>());
  }
  int notes_read{};
};

TEST_F(FollowersOfAHistory, the_log_is_told_which_history_the_reader_has) {
  (void)follow_from(cursor_at(5));
  step();
  const Heard asked = subscription();
  const auto& wanted = *asked.as<wire::Subscribe>();
  EXPECT_EQ(wanted.from_exclusive, Position{5});
  EXPECT_EQ(wanted.log, this_log);
  EXPECT_EQ(wanted.epoch, Epoch{2});
  EXPECT_EQ(wanted.root, tree_of(5).root(hasher));
}

TEST_F(FollowersOfAHistory, the_cursor_moves_with_what_is_taken) {
  const FollowId id = follow_from(cursor_at(2));
  step();
  const Heard log = subscription();
  send(log, 1, 2, 4, 6, block_of({1, 2, 3, 4}));
  send(log, 2, 4, 6, 6, block_of({5, 6}));
  step();
  EXPECT_EQ(follower.cursor(id), cursor_at(2));
  ASSERT_TRUE(follower.next(id));
  EXPECT_EQ(follower.cursor(id), cursor_at(4));
  ASSERT_TRUE(follower.next(id));
  EXPECT_EQ(follower.cursor(id), cursor_at(6));
}

TEST_F(FollowersOfAHistory, after_a_break_the_root_of_what_has_come_is_told) {
  (void)follow_from(cursor_at(0));
  step();
  send(subscription(), 1, 0, 3, 3, block_of({1, 2, 3}));
  step();
  server.reset();
  server = network.serve("feed");
  step();
  const Heard again = last_subscription();
  EXPECT_EQ(again.as<wire::Subscribe>()->from_exclusive, Position{3});
  EXPECT_EQ(again.as<wire::Subscribe>()->root, tree_of(3).root(hasher));
}

TEST_F(FollowersOfAHistory, a_signed_root_that_fits_is_passed_wherever_it_lies) {
  const FollowId id = follow_from(cursor_at(0));
  step();
  const Heard log = subscription();
  send_signed(log, 1, 0, 4, block_of({1, 2, 3, 4}), note_of(3));
  send_signed(log, 2, 4, 5, block_of({5}), note_of(4));  // where the batch begins
  send_signed(log, 3, 5, 5, {}, note_of(5));             // with a sign of life
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2, 3, 4, 5}));
  EXPECT_FALSE(follower.ended(id));
  EXPECT_EQ(notes_read, 3);
}

TEST_F(FollowersOfAHistory, events_that_are_not_those_signed_are_never_given) {
  const FollowId id = follow_from(cursor_at(0));
  step();
  const Heard log = subscription();
  send(log, 1, 0, 2, 2, block_of({1, 2}));
  send_signed(log, 2, 2, 4, block_of({3, 4}),
              proof::sign_checkpoint({this_log, Epoch{2}, 4, tree_of(3).root(hasher)}, key));
  step();
  expect_stopped(id, wire::RefusalCode::damaged, {1, 2});
}

TEST_F(FollowersOfAHistory, a_past_that_is_not_the_log_s_shows_with_the_next_signature) {
  Cursor cursor = cursor_at(3);
  std::vector<Sha256> peaks(cursor.tree->peaks().begin(), cursor.tree->peaks().end());
  peaks[0][0] ^= 1;
  cursor.tree = proof::MerkleTree::from_peaks(3, peaks);
  const FollowId id = follow_from(cursor);
  step();
  send_signed(subscription(), 1, 3, 3, {}, note_of(3));
  step();
  expect_stopped(id, wire::RefusalCode::damaged, {});
}

TEST_F(FollowersOfAHistory, a_note_of_another_log_or_by_another_key_ends_it) {
  const FollowId one = follow_from(cursor_at(0));
  step();
  send_signed(subscription(), 1, 0, 1, block_of({1}), note_of(1, LogId{{8, 8}}));
  step();
  expect_stopped(one, wire::RefusalCode::epoch_changed, {});
  const FollowId two = follow_from(cursor_at(0));
  step();
  key = Ed25519Key::from_seed(Sha256{6});
  const std::string note = note_of(1);
  key = Ed25519Key::from_seed(Sha256{5});
  send_signed(last_subscription(), 1, 0, 1, block_of({1}), note);
  step();
  expect_stopped(two, wire::RefusalCode::damaged, {});
}

TEST_F(FollowersOfAHistory, the_log_s_word_that_the_history_is_another_is_final) {
  for (const auto code : {wire::RefusalCode::epoch_changed, wire::RefusalCode::cursor_below_floor,
                          wire::RefusalCode::ahead_of_log, wire::RefusalCode::damaged}) {
    const FollowId id = follow_from(cursor_at(2));
    step();
    say(last_subscription(), wire::Ended{{.code = code, .position = Position{9}}});
    step();
    expect_stopped(id, code, {});
    EXPECT_EQ(follower.ended(id)->position, Position{9});
  }
}

TEST_F(FollowersOfAHistory, a_filtered_reader_keeps_log_and_epoch_and_no_root) {
  const FollowId id =
      follower.follow({.cursor = cursor_at(2), .filter = {.types = {EventType::visit_recorded}}});
  step();
  send(subscription(), 1, 2, 9, 9, block_of({4, 8}));
  step();
  EXPECT_EQ(take_all(id), (Positions{4, 8}));
  EXPECT_EQ(follower.cursor(id),
            (Cursor{.log = this_log, .epoch = Epoch{2}, .position = Position{9}}));
}

TEST_F(FollowersOfAHistory, one_that_does_not_know_its_log_learns_it_from_a_signature) {
  const FollowId id = follow_from({});
  step();
  const Heard log = subscription();
  EXPECT_EQ(log.as<wire::Subscribe>()->log, LogId{});
  send_signed(log, 1, 0, 2, block_of({1, 2}), note_of(2));
  step();
  EXPECT_EQ(take_all(id), (Positions{1, 2}));
  server.reset();
  server = network.serve("feed");
  step();
  const Heard again = last_subscription();
  EXPECT_EQ(again.as<wire::Subscribe>()->log, this_log);
  EXPECT_EQ(again.as<wire::Subscribe>()->epoch, Epoch{2});
  EXPECT_FALSE(again.as<wire::Subscribe>()->root) << "nothing was hashed";
  send_signed(again, 1, 2, 2, {}, note_of(2, LogId{{8, 8}}));
  step();
  expect_stopped(id, wire::RefusalCode::epoch_changed, {});
}

TEST_F(FollowersOfAHistory, a_position_that_an_unfiltered_batch_leaves_out_is_a_gap) {
  const FollowId id = follow_from(cursor_at(0));
  step();
  send(subscription(), 1, 0, 3, 3, block_of({1, 3}));
  step();
  EXPECT_FALSE(follower.next(id));
  step_after(Milliseconds{200});
  EXPECT_EQ(last_subscription().as<wire::Subscribe>()->from_exclusive, Position{0});
}

TEST_F(FollowersOfAHistory, a_reader_with_little_traffic_says_where_it_is_within_seconds) {
  const FollowId id = follow();
  step();
  const Heard log = subscription();
  send(log, 1, 0, 1, 1, block_of({1}));
  step();
  EXPECT_EQ(take_all(id), (Positions{1}));
  std::vector<Position> reported;
  for (std::uint64_t second = 1; second <= 10; ++second) {
    send(log, 1 + second, 1, 1, 1);
    step_after(Milliseconds{900});
    for (const Heard& request : heard()) {
      ASSERT_TRUE(request.as<wire::Credit>());
      reported.push_back(request.as<wire::Credit>()->cursor);
    }
  }
  EXPECT_EQ(reported, (std::vector<Position>{Position{1}})) << "once, when it has moved";
}

}  // namespace
}  // namespace doorstep::runtime
