// What every BlockStore promises, checked for the one in memory and for RocksDB in a folder.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "common/memory/memory_block_store.h"
#include "common/rocks/rocks_block_store.h"

namespace doorstep {
namespace {

StoredBlock block(std::uint64_t first, std::uint64_t last) {
  Bytes bytes(100 + first % 7, static_cast<std::byte>(first));
  return {Position{first}, Position{last}, std::make_shared<const Bytes>(std::move(bytes))};
}

// A disk, and stores opened on it one after the other.
class World {
 public:
  virtual ~World() = default;
  // Epoch 0: the one that the disk has.
  virtual Result<std::unique_ptr<BlockStore>> open(Epoch epoch) = 0;
  virtual void settle(BlockStore& store) = 0;
};

class MemoryWorld final : public World {
 public:
  Result<std::unique_ptr<BlockStore>> open(Epoch epoch) override {
    epoch_ = epoch == Epoch{} ? epoch_ : epoch;
    auto store =
        memory::MemoryBlockStore::open(disk_, epoch_, memory::MemoryBlockStore::Settling::by_hand);
    if (!store) return std::unexpected(store.error());
    return std::move(*store);
  }
  void settle(BlockStore& store) override {
    static_cast<memory::MemoryBlockStore&>(store).settle();
  }

 private:
  memory::MemoryDisk disk_{};
  Epoch epoch_{1};
};

class RocksWorld final : public World {
 public:
  RocksWorld() {
    std::string name = (std::filesystem::temp_directory_path() / "doorstep-blocks-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~RocksWorld() override { std::filesystem::remove_all(folder_); }
  Result<std::unique_ptr<BlockStore>> open(Epoch epoch) override {
    auto opened = rocks::open_block_store({.folder = folder_ / "blocks",
                                           .log_if_new = LogId{Uuid{7, 7}},
                                           .epoch = epoch,
                                           .on_durable = [this] { durable_.release(); }});
    if (!opened) return std::unexpected(opened.error());
    return std::move(opened->store);
  }
  // Its committer thread does that, and says so.
  void settle(BlockStore&) override {
    (void)durable_.try_acquire_for(std::chrono::milliseconds{1});
  }

 private:
  std::counting_semaphore<> durable_{0};
  std::filesystem::path folder_{};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

struct BlockStoreContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};
  std::unique_ptr<BlockStore> store{world->open(Epoch{}).value()};

  void settle_to(Position position) {
    for (int i = 0; i < 20'000 && store->durable().value() < position; ++i) world->settle(*store);
    ASSERT_EQ(store->durable().value(), position);
  }
  void put(std::uint64_t first, std::uint64_t last) {
    ASSERT_TRUE(store->submit(block(first, last)));
    settle_to(Position{last});
  }
  void reopen() {
    store.reset();
    store = world->open(Epoch{}).value();
  }
};

TEST_P(BlockStoreContract, an_empty_store_has_nothing) {
  EXPECT_EQ(store->durable().value(), Position{0});
  EXPECT_TRUE(store->accepts());
  EXPECT_FALSE(store->read(Position{0}).value());
  EXPECT_FALSE(store->read(Position{1}).value());
}

TEST_P(BlockStoreContract, a_block_is_found_by_each_of_its_positions_and_by_no_other) {
  put(1, 3);
  put(4, 4);
  for (const std::uint64_t position : {1, 2, 3}) {
    const auto found = store->read(Position{position}).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->first, Position{1});
    EXPECT_EQ(found->last, Position{3});
    EXPECT_EQ(*found->bytes, *block(1, 3).bytes);
  }
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{4});
  EXPECT_FALSE(store->read(Position{5}).value());
}

TEST_P(BlockStoreContract, only_the_next_block_is_taken) {
  put(1, 3);
  for (const auto& wrong : {block(1, 3), block(3, 4), block(5, 6)}) {
    const auto submitted = store->submit(wrong);
    ASSERT_FALSE(submitted);
    EXPECT_EQ(submitted.error().code, ErrorCode::invalid);
  }
  put(4, 6);
}

TEST_P(BlockStoreContract, durable_grows_in_the_order_of_submission_up_to_what_was_submitted) {
  Position last_seen{};
  for (std::uint64_t first = 1; first < 40; ++first) {
    while (!store->accepts()) world->settle(*store);
    ASSERT_TRUE(store->submit(block(first, first)));
    const Position durable = store->durable().value();
    EXPECT_GE(durable, last_seen);
    EXPECT_LE(durable, Position{first});
    last_seen = durable;
  }
  settle_to(Position{39});
}

TEST_P(BlockStoreContract, what_is_durable_can_be_read_and_is_still_there_after_opening_again) {
  put(1, 2);
  put(3, 9);
  reopen();
  EXPECT_EQ(store->durable().value(), Position{9});
  EXPECT_EQ(*store->read(Position{5}).value()->bytes, *block(3, 9).bytes);
  put(10, 10);
}

TEST_P(BlockStoreContract, no_more_than_the_limit_waits) {
  std::uint64_t next = 1;
  bool was_busy = false;
  // A store that writes by itself may be quicker than this loop: then there is nothing to see.
  for (int i = 0; i < 2'000 && !was_busy; ++i, ++next) {
    const auto submitted = store->submit(block(next, next));
    if (!submitted) {
      EXPECT_EQ(submitted.error().code, ErrorCode::busy);
      was_busy = true;
    }
    ASSERT_LE(number(store->durable().value()), next);
  }
  if (std::string_view{GetParam().name} == "memory") {
    EXPECT_TRUE(was_busy);
    EXPECT_FALSE(store->accepts());
  }
  for (int i = 0; i < 20'000 && !store->accepts(); ++i) world->settle(*store);
  EXPECT_TRUE(store->accepts());
}

TEST_P(BlockStoreContract, a_disk_of_a_later_epoch_is_not_opened_by_an_earlier_one) {
  store.reset();
  store = world->open(Epoch{5}).value();
  put(1, 1);
  store.reset();
  const auto earlier = world->open(Epoch{4});
  ASSERT_FALSE(earlier);
  EXPECT_EQ(earlier.error().code, ErrorCode::conflict);
  store = world->open(Epoch{5}).value();
  EXPECT_EQ(store->durable().value(), Position{1});
}

TEST_P(BlockStoreContract, a_merged_block_takes_the_place_of_its_parts_for_good) {
  put(1, 1);
  put(2, 3);
  put(4, 4);
  put(5, 9);
  EXPECT_EQ(store->replaced_to(), Position{0});
  ASSERT_TRUE(store->replace(block(2, 4)));
  for (int lives = 0; lives < 2; ++lives) {
    EXPECT_EQ(store->replaced_to(), Position{4});
    EXPECT_EQ(store->durable().value(), Position{9});
    for (const std::uint64_t position : {2, 3, 4}) {
      const auto found = store->read(Position{position}).value();
      ASSERT_TRUE(found);
      EXPECT_EQ(found->first, Position{2});
      EXPECT_EQ(found->last, Position{4});
      EXPECT_EQ(*found->bytes, *block(2, 4).bytes);
    }
    EXPECT_EQ(store->read(Position{1}).value()->last, Position{1});
    EXPECT_EQ(store->read(Position{5}).value()->first, Position{5});
    reopen();
  }
  put(10, 10);
}

TEST_P(BlockStoreContract, a_reader_under_way_reads_on_across_what_is_merged) {
  for (std::uint64_t first = 1; first <= 6; ++first) put(first, first);
  EXPECT_EQ(store->read(Position{1}).value()->last, Position{1});
  ASSERT_TRUE(store->replace(block(1, 3)));
  const auto next_block = store->read(Position{2}).value();
  ASSERT_TRUE(next_block);
  EXPECT_LE(next_block->first, Position{2});
  EXPECT_GE(next_block->last, Position{2});
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{4});
}

TEST_P(BlockStoreContract, only_whole_blocks_are_replaced) {
  put(1, 2);
  put(3, 4);
  for (const auto& wrong : {block(1, 3), block(2, 4), block(3, 6), block(5, 6)}) {
    const auto replaced = store->replace(wrong);
    ASSERT_FALSE(replaced);
    EXPECT_EQ(replaced.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(store->read(Position{2}).value()->last, Position{2});
}

TEST_P(BlockStoreContract, what_stays_as_it_was_written_need_not_be_looked_at_again) {
  put(1, 4);
  ASSERT_TRUE(store->keep_as_written(Position{4}));
  reopen();
  EXPECT_EQ(store->replaced_to(), Position{4});
}

LogBase base_at(std::uint64_t floor, std::size_t bytes = 40) {
  return {Position{floor}, Bytes(bytes, static_cast<std::byte>(floor))};
}
IndexedAppend request(std::uint64_t id, std::uint64_t first, std::uint32_t events) {
  return {.id = AppendId{Uuid{id, 1}},
          .first = Position{first},
          .events = events,
          .digest_start = 1'000 + id};
}
std::vector<IndexedAppend> dropped_in(const BlockStore& store) {
  std::vector<IndexedAppend> all;
  EXPECT_TRUE(store.each_dropped([&](const IndexedAppend& one) {
    all.push_back(one);
    return Outcome{};
  }));
  return all;
}

TEST_P(BlockStoreContract, below_a_floor_nothing_is_read_and_everything_above_it_stays) {
  put(1, 3);
  put(4, 4);
  put(5, 9);
  EXPECT_EQ(store->floor(), Position{0});
  EXPECT_FALSE(store->base().value());
  ASSERT_TRUE(store->move_floor(base_at(4)));
  EXPECT_EQ(store->read(Position{2}).value()->last, Position{3}) << "not dropped yet";
  ASSERT_TRUE(store->drop_below_floor());
  for (int lives = 0; lives < 2; ++lives) {
    EXPECT_EQ(store->floor(), Position{4});
    EXPECT_EQ(store->base().value()->floor, Position{4});
    EXPECT_EQ(store->base().value()->value, base_at(4).value);
    for (const std::uint64_t position : {1, 3, 4})
      EXPECT_FALSE(store->read(Position{position}).value());
    for (const std::uint64_t position : {5, 9}) {
      EXPECT_EQ(*store->read(Position{position}).value()->bytes, *block(5, 9).bytes);
    }
    EXPECT_EQ(store->durable().value(), Position{9});
    EXPECT_GE(store->replaced_to(), Position{4});
    reopen();
  }
  put(10, 12);
}

TEST_P(BlockStoreContract, what_a_crash_left_below_the_floor_is_dropped_at_the_next_opening) {
  put(1, 3);
  put(4, 6);
  ASSERT_TRUE(store->move_floor(base_at(3)));
  reopen();
  EXPECT_FALSE(store->read(Position{3}).value());
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{4});
}

TEST_P(BlockStoreContract, a_floor_is_the_end_of_a_block_and_only_rises) {
  put(1, 3);
  put(4, 6);
  put(7, 7);
  for (const std::uint64_t wrong : {0, 2, 5, 8}) {
    const auto moved = store->move_floor(base_at(wrong));
    ASSERT_FALSE(moved) << wrong;
    EXPECT_EQ(moved.error().code, ErrorCode::invalid);
  }
  ASSERT_TRUE(store->move_floor(base_at(6)));
  EXPECT_FALSE(store->move_floor(base_at(3)));
  EXPECT_FALSE(store->move_floor(base_at(6)));
  ASSERT_TRUE(store->drop_below_floor());
  ASSERT_TRUE(store->move_floor(base_at(7)));
  ASSERT_TRUE(store->drop_below_floor());
  reopen();
  EXPECT_EQ(store->durable().value(), Position{7}) << "nothing is kept, and the log goes on";
  EXPECT_EQ(store->base().value()->value, base_at(7).value);
  put(8, 8);
}

TEST_P(BlockStoreContract, requests_of_dropped_blocks_are_kept_and_count_with_the_floor) {
  put(1, 3);
  put(4, 6);
  const std::vector<IndexedAppend> first{request(7, 1, 2), request(9, 3, 1)};
  ASSERT_TRUE(store->keep_dropped(first));
  ASSERT_TRUE(store->keep_dropped(std::vector{request(8, 4, 3)}));
  EXPECT_TRUE(dropped_in(*store).empty());
  ASSERT_TRUE(store->move_floor(base_at(3)));
  ASSERT_TRUE(store->drop_below_floor());
  for (int lives = 0; lives < 2; ++lives) {
    EXPECT_EQ(dropped_in(*store), first);
    reopen();
  }
  const Outcome refused = store->each_dropped(
      [](const IndexedAppend&) { return Outcome{failure(ErrorCode::io, "enough")}; });
  EXPECT_FALSE(refused);
}

TEST_P(BlockStoreContract, a_base_of_many_pieces_comes_back_whole) {
  put(1, 1);
  ASSERT_TRUE(store->move_floor(base_at(1, 3'500'000)));
  reopen();
  EXPECT_EQ(store->base().value()->value, base_at(1, 3'500'000).value);
}

TEST_P(BlockStoreContract, an_empty_store_may_begin_at_a_floor) {
  ASSERT_TRUE(store->move_floor(base_at(40)));
  EXPECT_EQ(store->durable().value(), Position{40});
  EXPECT_FALSE(store->submit(block(1, 1)));
  put(41, 42);
  reopen();
  EXPECT_EQ(store->floor(), Position{40});
  EXPECT_EQ(store->durable().value(), Position{42});
}

TEST_P(BlockStoreContract, blocks_are_merged_above_the_floor_only) {
  for (std::uint64_t i = 1; i < 6; ++i) put(i, i);
  ASSERT_TRUE(store->move_floor(base_at(2)));
  const auto across = store->replace(block(2, 4));
  ASSERT_FALSE(across);
  EXPECT_EQ(across.error().code, ErrorCode::invalid);
  ASSERT_TRUE(store->drop_below_floor());
  ASSERT_TRUE(store->replace(block(3, 5)));
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{3});
}

INSTANTIATE_TEST_SUITE_P(
    , BlockStoreContract,
    testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                    Implementation{"rocks", [] { return std::make_unique<RocksWorld>(); }}),
    [](const auto& tested) { return tested.param.name; });

// What only the one in memory can be made to do.
struct MemoryBlockStores : testing::Test {
  memory::MemoryDisk disk{};
  std::unique_ptr<memory::MemoryBlockStore> open(std::uint64_t epoch) {
    return memory::MemoryBlockStore::open(disk, Epoch{epoch},
                                          memory::MemoryBlockStore::Settling::by_hand)
        .value();
  }
};

TEST_F(MemoryBlockStores, a_crash_loses_what_was_not_settled_and_nothing_else) {
  auto store = open(1);
  ASSERT_TRUE(store->submit(block(1, 2)));
  store->settle();
  ASSERT_TRUE(store->submit(block(3, 4)));
  store->crash();
  EXPECT_FALSE(store->submit(block(3, 4)));
  EXPECT_FALSE(store->durable());
  store = open(1);
  EXPECT_EQ(store->durable().value(), Position{2});
  EXPECT_TRUE(store->submit(block(3, 3)));
}

TEST_F(MemoryBlockStores, a_writer_that_was_fenced_off_stores_nothing_more) {
  const auto old_writer = open(1);
  ASSERT_TRUE(old_writer->submit(block(1, 1)));
  const auto new_writer = open(2);
  old_writer->settle();
  EXPECT_EQ(old_writer->durable().error().code, ErrorCode::conflict);
  EXPECT_EQ(disk.head(), Position{0});
  EXPECT_TRUE(new_writer->submit(block(1, 1)));
}

TEST_F(MemoryBlockStores, a_damaged_block_is_known_for_one) {
  const auto store = open(1);
  ASSERT_TRUE(store->submit(block(1, 3)));
  store->settle();
  disk.damage(Position{2});
  EXPECT_EQ(store->read(Position{3}).error().code, ErrorCode::damaged);
}

TEST_F(MemoryBlockStores, a_failed_disk_stays_failed) {
  const auto store = open(1);
  store->fail({ErrorCode::io, "no space"});
  EXPECT_FALSE(store->accepts());
  EXPECT_EQ(store->durable().error().message, "no space");
}

}  // namespace
}  // namespace doorstep
