// What every BlockStore promises, checked for the one in memory and for RocksDB in a folder.
#include "tests/contract/block_store_world.h"

namespace doorstep {
namespace {

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

INSTANTIATE_TEST_SUITE_P(, BlockStoreContract, every_implementation(),
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
