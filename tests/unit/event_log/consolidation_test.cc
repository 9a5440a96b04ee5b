#include "services/event_log/consolidation.h"

#include <gtest/gtest.h>

#include <list>
#include <optional>

#include "common/memory/memory_block_store.h"
#include "common/memory/memory_index_store.h"
#include "common/memory/memory_snapshot_file.h"
#include "services/event_log/block_reader.h"
#include "services/event_log/index_fold.h"
#include "services/event_log/open_block.h"
#include "services/event_log/recovery.h"
#include "services/event_log/sequencer.h"
#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {
namespace {

// A log whose blocks the test decides: each append() is one block of so many events.
class ConsolidationTest : public testing::Test {
 protected:
  void append_block(std::size_t events) {
    OpenBlock block;
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < events; ++i) all.push_back(reported_in(++events_, {worker(i % 5)}));
    const wire::Append request = append(++requests_, std::move(all));
    ASSERT_TRUE(
        std::holds_alternative<Accepted>(sequencer_.append(request, "cli", Instant{1'000}, block)));
    const Position first = block.builder.first();
    const Position last = block.builder.last();
    sealer_.seal(block);
    sequencer_.settle(block);
    const StoredBlock stored{first, last, block.bytes};
    ASSERT_TRUE(store_->submit(stored));
    tail_.push(std::make_shared<const TailBlock>(TailBlock{stored, block.headings}));
  }
  void run(Consolidation& consolidation) {
    for (int i = 0; i < 10'000; ++i) {
      const auto work = consolidation.step({});
      ASSERT_TRUE(work.has_value()) << work.error().message;
      if (*work == Work::idle) return;
    }
    FAIL() << "it never comes to rest";
  }
  // What a reader sees: everything but how it is grouped.
  struct Content {
    std::string records{};
    std::vector<AppendId> requests{};
    std::string root{};
    bool operator==(const Content&) const = default;
  };
  Content content() {
    Content content;
    memory::MemoryIndexStore index;
    const memory::MemorySnapshotFile heads;
    const auto recovered = recover({*store_, index, heads}, proof::Checkpoint{});
    EXPECT_TRUE(recovered.has_value()) << recovered.error().message;
    Hasher hasher;
    content.root = to_hex(recovered->state.tree.root(hasher));
    for (Position at{1}; at <= store_->durable().value();) {
      const auto stored = store_->read(at).value();
      const auto block = wire::Block::open(*stored->bytes).value();
      for (const auto& record : block.records()) {
        content.records.append(reinterpret_cast<const char*>(record.stored.data()),
                               record.stored.size());
      }
      for (const auto& request : block.requests()) content.requests.push_back(request.append_id);
      at = next(stored->last);
    }
    return content;
  }

  static Rights rights() {
    Rights rights;
    rights.allow("cli", {EventType::worker_reported_in});
    return rights;
  }
  memory::MemoryDisk disk_{};
  std::unique_ptr<memory::MemoryBlockStore> store_{
      memory::MemoryBlockStore::open(disk_, Epoch{1}).value()};
  Sequencer sequencer_{LogState{}, rights()};
  Sealer sealer_{};
  Tail tail_{Position{}};
  std::uint64_t events_{};
  std::uint64_t requests_{};
};

constexpr Consolidation::Limits quick{.small_below = 4'000, .merged_from = 8'000};

TEST_F(ConsolidationTest, small_blocks_become_large_ones_and_nothing_else_changes) {
  for (int i = 0; i < 500; ++i) append_block(1 + i % 3);
  const Content before = content();
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  EXPECT_LT(disk_.blocks(), 60u);
  EXPECT_EQ(consolidation.merged() + disk_.blocks(), 500u);
  EXPECT_EQ(content(), before);
}

TEST_F(ConsolidationTest, what_is_kept_in_memory_is_merged_too) {
  for (int i = 0; i < 500; ++i) append_block(1 + i % 3);
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  std::size_t merged = 0;
  for (Position at{1}; at <= store_->durable().value();) {
    const auto stored = store_->read(at).value();
    const auto recent = tail_.find(at);
    ASSERT_TRUE(recent);
    EXPECT_EQ(recent->stored.first, stored->first);
    EXPECT_EQ(*recent->stored.bytes, *stored->bytes);
    const auto block = wire::Block::open(*stored->bytes).value();
    ASSERT_EQ(recent->headings.size(), block.records().size());
    for (std::size_t i = 0; i < recent->headings.size(); ++i) {
      const auto envelope = wire::decode_envelope(block.records()[i].event).value();
      EXPECT_EQ(recent->headings[i].stream, envelope.stream);
    }
    merged += recent->headings.size() > 3 ? 1 : 0;
    at = next(stored->last);
  }
  EXPECT_GT(merged, 5u);
}

TEST_F(ConsolidationTest, a_part_that_a_reader_has_open_keeps_its_own_headings) {
  for (int i = 0; i < 100; ++i) append_block(1);
  std::list<BlockReader> readers;
  for (std::uint64_t position = 1; position <= 100; ++position) {
    ASSERT_TRUE(readers.emplace_back(*store_, tail_).open(Position{position}).has_value());
  }
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  ASSERT_GT(tail_.find(Position{2})->headings.size(), 1u);
  Position position{};
  for (BlockReader& reader : readers) {
    position = next(position);
    const auto opened = reader.open_with_headings(position);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ((*opened)->headings.size(), (*opened)->block.records().size());
  }
}

TEST_F(ConsolidationTest, a_fold_that_has_some_parts_goes_on_in_the_merged_block) {
  for (int i = 0; i < 100; ++i) append_block(1);
  IndexFold fold;
  const auto take = [&](Position position) {
    return fold_block(fold, *store_->read(position).value(),
                      [](const wire::Record&) { return Outcome{}; });
  };
  ASSERT_TRUE(take(Position{1}) && take(Position{2}));
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  const Position last = store_->read(Position{3}).value()->last;
  ASSERT_GT(last, Position{3});
  ASSERT_TRUE(take(Position{3}));
  EXPECT_EQ(fold.upto(), last);
  EXPECT_EQ(fold.batch().append_ids.size(), number(last));
}

TEST_F(ConsolidationTest, large_blocks_stay_and_part_the_runs) {
  append_block(1);
  append_block(1);
  append_block(100);
  append_block(1);
  append_block(100);
  const Content before = content();
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  EXPECT_EQ(disk_.blocks(), 4u) << "1+1 became one; the single small one has no neighbour";
  EXPECT_EQ(content(), before);
}

TEST_F(ConsolidationTest, the_newest_run_waits_until_it_is_large_enough) {
  for (int i = 0; i < 10; ++i) append_block(1);
  Consolidation consolidation{*store_, tail_, quick};
  run(consolidation);
  EXPECT_EQ(disk_.blocks(), 10u);
  for (int i = 0; i < 100; ++i) append_block(1);
  run(consolidation);
  EXPECT_LT(disk_.blocks(), 60u);
}

TEST_F(ConsolidationTest, a_restart_goes_on_where_it_was) {
  for (int i = 0; i < 200; ++i) append_block(1);
  {
    Consolidation consolidation{*store_, tail_, quick};
    run(consolidation);
  }
  const std::size_t blocks = disk_.blocks();
  const Content before = content();
  Consolidation again{*store_, tail_, quick};
  run(again);
  EXPECT_EQ(again.merged(), 0u);
  EXPECT_EQ(disk_.blocks(), blocks);
  EXPECT_EQ(content(), before);
}

TEST_F(ConsolidationTest, a_damaged_block_is_said_and_not_written_over) {
  for (int i = 0; i < 200; ++i) append_block(1);
  disk_.damage(Position{7});
  Consolidation consolidation{*store_, tail_, quick};
  const auto work = consolidation.step({});
  ASSERT_FALSE(work.has_value());
  EXPECT_EQ(work.error().code, ErrorCode::damaged);
  EXPECT_EQ(disk_.blocks(), 200u);
}

TEST_F(ConsolidationTest, no_run_crosses_what_may_become_the_floor) {
  for (int i = 0; i < 40; ++i) append_block(1);
  Consolidation consolidation{*store_, tail_, {.merged_events_from = 30, .blocks_per_step = 3}};
  ASSERT_TRUE(consolidation.step({}).has_value());
  consolidation.end_a_run_at(Position{13});
  run(consolidation);
  EXPECT_EQ(store_->read(Position{13}).value()->last, Position{13});
  EXPECT_EQ(store_->read(Position{14}).value()->first, Position{14});
  EXPECT_EQ(store_->read(Position{1}).value()->last, Position{13});
}

TEST_F(ConsolidationTest, what_is_below_the_floor_is_not_looked_at_any_more) {
  for (int i = 0; i < 40; ++i) append_block(1);
  Consolidation consolidation{*store_, tail_, {.merged_events_from = 8, .blocks_per_step = 3}};
  ASSERT_TRUE(consolidation.step({}).has_value());
  ASSERT_TRUE(store_->move_floor({.floor = Position{20}}));
  consolidation.skip_to(Position{20});
  ASSERT_TRUE(store_->drop_below_floor());
  run(consolidation);
  EXPECT_EQ(store_->read(Position{21}).value()->first, Position{21});
  EXPECT_LT(disk_.blocks(), 15u);
}

}  // namespace
}  // namespace doorstep::event_log
