// What a start makes of the indexes that it finds: nothing that happens to them may change what the
// log says.
#include <gtest/gtest.h>

#include "services/event_log/index_verification.h"
#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint64_t events_per_request = 100;

// Requests of 100 events each, over 37 streams, two areas and two types.
std::vector<Bytes> events_of(std::uint64_t request) {
  std::vector<Bytes> events;
  for (std::uint64_t i = 0; i < events_per_request; ++i) {
    const std::uint64_t n = request * events_per_request + i;
    const Said said{.stream = household(n % 37), .area = n % 3 == 0 ? grid_1 : grid_2};
    events.push_back(n % 5 == 0 ? stood_down(n + 1, said) : reported_in(n + 1, said));
  }
  return events;
}

class IndexRestarts : public testing::Test {
 protected:
  IndexRestarts() {
    log.indexing.events_per_write = 500;
    log.indexing.snapshot_every = 3'000;
    EXPECT_TRUE(log.start().has_value());
  }
  void write(std::uint64_t requests) {
    const auto client = log.client("cmd");
    for (std::uint64_t i = 0; i < requests; ++i) {
      ++written;
      send(*client, {written, append(written, events_of(written))});
      log.run();
      ASSERT_EQ(only<wire::Appended>(replies(*client)).size(), 1u);
    }
    log.clock.advance(SignedHead::interval);
    log.run();
  }
  void drain() {
    log.upkeep().drain();
    log.run();
    ASSERT_TRUE(log.upkeep().drained());
  }
  // Everything that can be asked of a log is as it must be.
  void expect_whole() {
    ASSERT_TRUE(log.start().has_value());
    const auto client = log.client("cmd");
    for (std::uint64_t n = 1; n <= written; ++n) {
      send(*client, {n, append(n, events_of(n))});
      log.run();
      const auto answers = only<wire::Appended>(replies(*client));
      ASSERT_EQ(answers.size(), 1u);
      ASSERT_TRUE(answers[0].duplicate) << n;
      ASSERT_EQ(answers[0].first, Position{(n - 1) * events_per_request + 1});
    }
    memory::MemoryIndexStore fresh;
    const memory::MemorySnapshotFile none;
    const auto by_all_blocks = recover({log.store(), fresh, none, identity}, sign());
    ASSERT_TRUE(by_all_blocks.has_value());
    EXPECT_EQ(to_bytes(identity, log.log_index().fold().parts()),
              to_bytes(identity, by_all_blocks->index->fold().parts()));
    const auto verified = verify_indexes(log.store(), log.index, *log.heads_file.read(), identity);
    ASSERT_TRUE(verified.has_value()) << verified.error().message;
    EXPECT_EQ(verified->append_ids, written);
  }
  [[nodiscard]] proof::Checkpoint sign() {
    const auto client = log.client("cmd");
    send(*client, {1, wire::Describe{}});
    log.run();
    const auto described = only<wire::Described>(replies(*client)).at(0);
    return {.log = identity.log,
            .epoch = identity.epoch,
            .size = number(described.head),
            .root = described.root};
  }

  LogInMemory log{};
  IndexedLog identity{.log = id_of<LogId>(77), .epoch = Epoch{1}};
  std::uint64_t written{};
};

TEST_F(IndexRestarts, after_a_drain_nothing_is_read_again) {
  write(45);
  drain();
  log.stop();
  EXPECT_EQ(log.index.cursor().value(), Position{4'500});
  expect_whole();
  EXPECT_TRUE(log.said.empty());
  const auto again = recover({log.store(), log.index, log.heads_file, identity}, std::nullopt);
  EXPECT_FALSE(again.has_value()) << "a missing signed head stays an error";
  const auto signed_head = sign();
  EXPECT_EQ(recover({log.store(), log.index, log.heads_file, identity}, signed_head)->snapshot_at,
            Position{4'500});
}

TEST_F(IndexRestarts, a_death_at_any_moment_changes_nothing) {
  for (int life = 0; life < 25; ++life) {
    write(7);
    ASSERT_TRUE(log.start().has_value()) << "it dies without a word";
  }
  EXPECT_TRUE(log.said.empty()) << log.said[0];
  expect_whole();
}

TEST_F(IndexRestarts, a_start_folds_only_what_came_after_the_snapshot) {
  write(40);
  log.stop();
  const Position cursor = log.index.cursor().value();
  EXPECT_GE(cursor, Position{3'000}) << "the snapshot's";
  EXPECT_LT(cursor, Position{4'000}) << "the rest was lost";
  expect_whole();
}

TEST_F(IndexRestarts, pages_beyond_the_snapshot_are_written_again) {
  write(40);
  ASSERT_TRUE(log.index.sync()) << "more survived than the snapshot knows";
  log.stop();
  EXPECT_EQ(log.index.cursor().value(), Position{4'000});
  expect_whole();
  EXPECT_TRUE(log.said.empty());
}

TEST_F(IndexRestarts, without_a_snapshot_all_is_folded_again) {
  write(40);
  log.stop();
  log.heads_file.remove();
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u) << "and said";
}

TEST_F(IndexRestarts, a_damaged_snapshot_is_left_aside) {
  write(40);
  log.stop();
  log.heads_file.damage();
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
}

TEST_F(IndexRestarts, a_deleted_index_is_folded_again) {
  write(40);
  log.stop();
  log.index = {};
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
  log.stop();
  log.index = {};
  log.heads_file.remove();
  log.said.clear();
  expect_whole();
  EXPECT_TRUE(log.said.empty()) << "as in a new log";
}

TEST_F(IndexRestarts, indexes_ahead_of_a_restored_log_are_folded_again) {
  write(31);
  const memory::MemoryDisk backup = log.disk;
  const memory::MemorySnapshotFile old_head = log.head_file;
  write(31);
  drain();
  log.stop();
  log.disk = backup;
  log.head_file = old_head;
  written = 31;
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
  EXPECT_EQ(log.index.count_append_ids().value(), 31u) << "what was lost is not known any more";
}

TEST_F(IndexRestarts, requests_that_a_restored_log_does_not_hold_are_forgotten) {
  log.indexing.snapshot_every = 1'000'000;
  write(30);
  drain();
  ASSERT_TRUE(log.start().has_value());
  write(1);
  const memory::MemoryDisk backup = log.disk;
  const memory::MemorySnapshotFile old_head = log.head_file;
  write(31);
  ASSERT_TRUE(log.index.sync()) << "the pages are ahead, the snapshot is not";
  log.stop();
  log.disk = backup;
  log.head_file = old_head;
  written = 31;
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
}

TEST_F(IndexRestarts, indexes_of_another_history_are_folded_again) {
  write(31);
  drain();
  log.stop();
  LogInMemory other;
  other.indexing = log.indexing;
  ASSERT_TRUE(other.start().has_value());
  const auto client = other.client("cmd");
  for (std::uint64_t n = 1; n <= 31; ++n) {
    send(*client, {n, append(1'000 + n, events_of(n))});
    other.run();
  }
  other.clock.advance(SignedHead::interval * 2);
  send(*client, {99, append(2'000, events_of(32))});
  other.run();
  other.upkeep().drain();
  other.run();
  other.stop();
  log.index = other.index;
  log.heads_file = other.heads_file;
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
}

TEST_F(IndexRestarts, indexes_that_part_from_the_log_after_the_signed_head_are_folded_again) {
  LogInMemory other;
  other.indexing = log.indexing;
  ASSERT_TRUE(other.start().has_value());
  const auto client = other.client("cmd");
  send(*client, {1, append(1, events_of(1))});
  other.run();
  write(1);
  const auto old_head = log.head_file;
  write(30);
  for (std::uint64_t n = 2; n <= 30; ++n) {
    send(*client, {n, append(1'000 + n, events_of(n))});
    other.run();
  }
  other.upkeep().drain();
  other.run();
  other.stop();
  log.stop();
  log.head_file = old_head;
  log.index = other.index;
  log.heads_file = other.heads_file;
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
}

TEST_F(IndexRestarts, another_epoch_folds_again) {
  write(31);
  drain();
  log.epoch = identity.epoch = Epoch{2};
  expect_whole();
  EXPECT_EQ(log.said.size(), 1u);
}

TEST_F(IndexRestarts, a_signed_head_before_the_snapshot_is_checked_too) {
  write(33);
  const auto old_head = log.head_file;
  write(30);
  drain();
  log.stop();
  log.head_file = old_head;
  ASSERT_TRUE(log.start().has_value());
  EXPECT_TRUE(log.said.empty());
  proof::Checkpoint wrong = sign();
  for (const std::uint64_t size : {1u, 1'023u, 1'024u, 1'025u, 2'048u, 3'333u, 4'096u, 6'300u}) {
    memory::MemoryIndexStore fresh;
    const memory::MemorySnapshotFile none;
    wrong.size = size;
    const auto refused = recover({log.store(), log.index, log.heads_file, identity}, wrong);
    EXPECT_EQ(refused.has_value(), size == 6'300u) << size;
  }
}

TEST_F(IndexRestarts, other_events_than_the_signed_ones_are_refused_whatever_the_index_says) {
  write(33);
  drain();
  log.stop();
  proof::Checkpoint other{.log = identity.log, .epoch = identity.epoch, .size = 3'300};
  other.root.fill(1);
  const std::string note = proof::sign_checkpoint(other, LogInMemory::key());
  ASSERT_TRUE(log.head_file.replace(std::as_bytes(std::span{note})).has_value());
  const auto started = log.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::damaged);
}

TEST_F(IndexRestarts, a_block_that_cannot_be_read_is_refused_also_where_the_index_covers_it) {
  write(33);
  drain();
  log.stop();
  log.disk.damage(Position{3'300});
  EXPECT_FALSE(log.start().has_value());
}

TEST_F(IndexRestarts, a_block_at_another_ones_place_is_refused_also_where_the_index_covers_it) {
  write(33);
  drain();
  const auto one = log.store().read(Position{101});
  ASSERT_TRUE(one.has_value() && one->has_value());
  const auto other = log.store().read((*one)->last == Position{200} ? Position{201} : Position{1});
  ASSERT_TRUE(other.has_value() && other->has_value());
  ASSERT_TRUE(log.store().replace({(*one)->first, (*one)->last, (*other)->bytes}).has_value());
  const auto started = log.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::damaged);
}

TEST_F(IndexRestarts, conditions_about_what_came_after_hold_over_a_restart) {
  write(33);
  drain();
  ASSERT_TRUE(log.start().has_value());
  const auto client = log.client("cmd");
  send(*client, {1, append(7'000, {reported_in(9)},
                           {{.expect = wire::Expectation::nothing_after,
                             .after = Position{10},
                             .area = grid_1}})});
  log.run();
  const auto refused = only<wire::Refused>(replies(*client));
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].code, wire::RefusalCode::condition_failed);
}

TEST_F(IndexRestarts, an_index_that_cannot_be_asked_ends_the_log_before_a_retry_lands_twice) {
  write(5);
  drain();
  ASSERT_TRUE(log.start().has_value());
  log.index.give_up();
  const auto client = log.client("cmd");
  send(*client, {1, append(3, events_of(3))});
  EXPECT_FALSE(log.commands().step({log.clock.now(), log.clock.monotonic()}).has_value());
  EXPECT_TRUE(replies(*client).empty());
  EXPECT_EQ(log.disk.head(), Position{500});
  expect_whole();
}

TEST_F(IndexRestarts, verification_finds_each_kind_of_wrong_entry) {
  write(45);
  drain();
  const auto verify = [this] {
    return verify_indexes(log.store(), log.index, *log.heads_file.read(), identity);
  };
  const auto verified = verify();
  ASSERT_TRUE(verified.has_value()) << verified.error().message;
  EXPECT_EQ(verified->upto, Position{4'500});
  EXPECT_EQ(verified->pages, 4u);
  EXPECT_EQ(verified->append_ids, 45u);
  EXPECT_EQ(verified->heads_upto, Position{4'500});
  EXPECT_EQ(verified->streams, 37u);

  const auto right = log.index;
  Bytes page = *log.index.page(2).value();
  page[60] ^= std::byte{1};
  ASSERT_TRUE(log.index.write({.pages = {{2, page}}, .upto = Position{4'500}}));
  EXPECT_FALSE(verify().has_value()) << "a wrong page";
  log.index = right;
  log.index.forget_page(3);
  EXPECT_FALSE(verify().has_value()) << "a missing page";
  log.index = right;
  log.index.forget(id_of<AppendId>(17));
  EXPECT_FALSE(verify().has_value()) << "a missing request";
  log.index = right;
  ASSERT_TRUE(log.index.write(
      {.append_ids = {{id_of<AppendId>(999), Position{1}, 1, 0}}, .upto = Position{4'500}}));
  EXPECT_FALSE(verify().has_value()) << "a request that never was";
  log.index = right;
  const Bytes heads = *log.heads_file.read().value();
  Bytes wrong = heads;
  wrong[wrong.size() - 8] ^= std::byte{1};
  ASSERT_TRUE(log.heads_file.replace(wrong));
  EXPECT_FALSE(verify().has_value()) << "a wrong head";
  ASSERT_TRUE(log.heads_file.replace(heads));
  EXPECT_TRUE(verify().has_value());
}

}  // namespace
}  // namespace doorstep::event_log
