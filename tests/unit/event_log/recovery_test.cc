#include "services/event_log/recovery.h"

#include <gtest/gtest.h>

#include "common/wire/block_builder.h"
#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {
namespace {

using wire::Appended;

void append_and_sign(LogInMemory& log, std::uint64_t from, std::uint64_t to) {
  const auto client = log.client("cmd");
  for (std::uint64_t n = from; n <= to; ++n) {
    send(*client, {n, append(n)});
    log.run();
  }
  log.clock.advance(SignedHead::interval);
  log.run();
}

std::string refusal_of(LogInMemory& log) {
  const auto started = log.start();
  EXPECT_FALSE(started.has_value());
  if (started) return {};
  EXPECT_EQ(started.error().code, ErrorCode::damaged);
  EXPECT_NE(started.error().message.find("put back"), std::string::npos) << "it says what to do";
  return started.error().message;
}

TEST(Recovery, a_restarted_log_goes_on_where_it_was) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  ASSERT_TRUE(log.start().has_value());
  const auto client = log.client("cmd");
  send(*client, {1, wire::Describe{}});
  send(*client, {2, append(3)});
  send(*client,
       {3,
        append(
            6, {reported_in(6)},
            {{.stream = worker(1), .expect = wire::Expectation::exact, .revision = Revision{4}}})});
  log.run();
  const auto all = replies(*client);
  EXPECT_EQ(only<wire::Described>(all).at(0).head, Position{5});
  const auto appended = only<Appended>(all);
  ASSERT_EQ(appended.size(), 2u);
  EXPECT_EQ(appended[0].first, Position{3});
  EXPECT_TRUE(appended[0].duplicate);
  EXPECT_EQ(appended[1].first, Position{6});
  EXPECT_FALSE(appended[1].duplicate);
}

TEST(Recovery, time_goes_on_where_it_was) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 1);
  const Instant before = log.clock.now();
  log.clock.set_wall(Instant{5});
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 2, 2);
  memory::MemoryIndexStore index;
  const memory::MemorySnapshotFile heads;
  const auto recovered = recover({log.store(), index, heads}, proof::Checkpoint{});
  ASSERT_TRUE(recovered.has_value());
  EXPECT_GE(recovered->state.recorded_at + SignedHead::interval, before);
}

TEST(Recovery, the_root_is_the_one_that_was_described) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 7);
  const auto client = log.client("cmd");
  send(*client, {1, wire::Describe{}});
  log.run();
  const auto before = only<wire::Described>(replies(*client)).at(0);
  ASSERT_TRUE(log.start().has_value());
  const auto again = log.client("cmd");
  send(*again, {1, wire::Describe{}});
  log.run();
  const auto after = only<wire::Described>(replies(*again)).at(0);
  EXPECT_EQ(before.root, after.root);
  EXPECT_EQ(before.recorded_at, after.recorded_at);
}

TEST(Recovery, a_log_shorter_than_its_signed_head_is_refused) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  log.stop();
  log.disk = {};
  EXPECT_NE(refusal_of(log).find("ends at position 0"), std::string::npos);
}

TEST(Recovery, a_log_longer_than_its_signed_head_is_fine) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  const auto client = log.client("cmd");
  send(*client, {1, append(6)});
  log.run();
  EXPECT_TRUE(log.start().has_value());
}

TEST(Recovery, other_events_than_the_signed_ones_are_refused) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  LogInMemory other;
  ASSERT_TRUE(other.start().has_value());
  append_and_sign(other, 11, 16);
  log.stop();
  other.stop();
  log.disk = other.disk;
  EXPECT_NE(refusal_of(log).find("up to position 5 are not those"), std::string::npos);
}

TEST(Recovery, events_without_a_signed_head_are_refused) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  log.stop();
  log.head_file.remove();
  EXPECT_NE(refusal_of(log).find("signed head is missing"), std::string::npos);
}

TEST(Recovery, a_head_of_another_log_or_an_unreadable_one_is_refused) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 1);
  log.stop();
  const proof::Checkpoint foreign{.log = id_of<LogId>(78), .epoch = Epoch{1}, .size = 1};
  const std::string note = proof::sign_checkpoint(foreign, LogInMemory::key());
  ASSERT_TRUE(log.head_file.replace(std::as_bytes(std::span{note})).has_value());
  EXPECT_EQ(log.start().error().code, ErrorCode::damaged);
  ASSERT_TRUE(log.head_file.replace(std::as_bytes(std::span{"nonsense"})).has_value());
  EXPECT_EQ(log.start().error().code, ErrorCode::damaged);
}

TEST(Recovery, a_head_of_an_earlier_epoch_still_witnesses) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  log.epoch = Epoch{2};
  EXPECT_TRUE(log.start().has_value());
}

TEST(Recovery, a_head_of_a_later_epoch_is_refused) {
  LogInMemory log;
  log.epoch = Epoch{2};
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 1);
  log.stop();
  log.disk = {};
  log.epoch = Epoch{1};
  EXPECT_NE(refusal_of(log).find("belong to different logs"), std::string::npos);
}

TEST(Recovery, a_damaged_block_is_refused) {
  LogInMemory log;
  ASSERT_TRUE(log.start().has_value());
  append_and_sign(log, 1, 5);
  log.stop();
  log.disk.damage(Position{3});
  EXPECT_FALSE(refusal_of(log).empty());
}

// What a store could hold if something else than this log had written it.
class StrangeLog {
 public:
  StrangeLog() { store = std::move(*memory::MemoryBlockStore::open(disk, Epoch{1})); }
  void block(std::uint64_t request, const std::vector<Stamp>& stamps) {
    wire::BlockBuilder builder;
    builder.begin_request(id_of<AppendId>(request), {}, stamps.front().position);
    for (const Stamp& stamp : stamps) builder.add(stamp, reported_in(1));
    const Position first = builder.first();
    const Position last = builder.last();
    ASSERT_TRUE(store
                    ->submit({.first = first,
                              .last = last,
                              .bytes = std::make_shared<const Bytes>(builder.finish())})
                    .has_value());
  }
  [[nodiscard]] bool is_refused() const {
    memory::MemoryIndexStore index;
    const memory::MemorySnapshotFile heads;
    const auto recovered = recover({*store, index, heads}, proof::Checkpoint{});
    EXPECT_TRUE(recovered.has_value() || recovered.error().code == ErrorCode::damaged);
    return !recovered.has_value();
  }
  memory::MemoryDisk disk{};
  std::unique_ptr<memory::MemoryBlockStore> store{};
};

Stamp stamp(std::uint64_t position, std::uint64_t revision, std::int64_t at) {
  return {Position{position}, Revision{revision}, Instant{at}};
}

TEST(Recovery, accepts_blocks_as_the_log_writes_them) {
  StrangeLog log;
  log.block(1, {stamp(1, 0, 5), stamp(2, 1, 5)});
  log.block(2, {stamp(3, 2, 6)});
  EXPECT_FALSE(log.is_refused());
}

TEST(Recovery, refuses_a_revision_that_the_stream_does_not_have) {
  StrangeLog log;
  log.block(1, {stamp(1, 0, 5), stamp(2, 0, 5)});
  EXPECT_TRUE(log.is_refused());
}

TEST(Recovery, refuses_time_that_runs_backwards) {
  StrangeLog log;
  log.block(1, {stamp(1, 0, 5), stamp(2, 1, 4)});
  EXPECT_TRUE(log.is_refused());
}

TEST(Recovery, refuses_one_append_id_twice) {
  StrangeLog log;
  log.block(1, {stamp(1, 0, 5)});
  log.block(1, {stamp(2, 1, 5)});
  EXPECT_TRUE(log.is_refused());
}

TEST(Recovery, the_first_event_of_a_simulated_day_says_so) {
  LogInMemory log;
  const DemonstrationMarked mark{.starts = Instant{500}, .speed = 60};
  ASSERT_TRUE(log.start(mark).has_value());
  append_and_sign(log, 1, 1);
  ASSERT_TRUE(log.start(mark).has_value());
  log.run();
  EXPECT_EQ(log.disk.head(), Position{2}) << "it is said once";
  const auto stored = log.store().read(Position{1});
  const auto block = wire::Block::open(*(*stored)->bytes);
  const auto event = wire::decode_event(block->records()[0].event);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->body, Body{mark});
}

}  // namespace
}  // namespace doorstep::event_log
