// What every BlockStore promises about its floor, checked for the one in memory and for RocksDB in
// a folder.
#include "tests/contract/block_store_world.h"

namespace doorstep {
namespace {

struct BlockStoreFloor : BlockStoreContract {};

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

TEST_P(BlockStoreFloor, below_a_floor_nothing_is_read_and_everything_above_it_stays) {
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

TEST_P(BlockStoreFloor, what_a_crash_left_below_the_floor_is_dropped_at_the_next_opening) {
  put(1, 3);
  put(4, 6);
  ASSERT_TRUE(store->move_floor(base_at(3)));
  reopen();
  EXPECT_FALSE(store->read(Position{3}).value());
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{4});
}

TEST_P(BlockStoreFloor, a_floor_is_the_end_of_a_block_and_only_rises) {
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

TEST_P(BlockStoreFloor, requests_of_dropped_blocks_are_kept_and_count_with_the_floor) {
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

TEST_P(BlockStoreFloor, a_base_of_many_pieces_comes_back_whole) {
  put(1, 1);
  ASSERT_TRUE(store->move_floor(base_at(1, 3'500'000)));
  reopen();
  EXPECT_EQ(store->base().value()->value, base_at(1, 3'500'000).value);
}

TEST_P(BlockStoreFloor, an_empty_store_may_begin_at_a_floor) {
  ASSERT_TRUE(store->move_floor(base_at(40)));
  EXPECT_EQ(store->durable().value(), Position{40});
  EXPECT_FALSE(store->submit(block(1, 1)));
  put(41, 42);
  reopen();
  EXPECT_EQ(store->floor(), Position{40});
  EXPECT_EQ(store->durable().value(), Position{42});
}

TEST_P(BlockStoreFloor, blocks_are_merged_above_the_floor_only) {
  for (std::uint64_t i = 1; i < 6; ++i) put(i, i);
  ASSERT_TRUE(store->move_floor(base_at(2)));
  const auto across = store->replace(block(2, 4));
  ASSERT_FALSE(across);
  EXPECT_EQ(across.error().code, ErrorCode::invalid);
  ASSERT_TRUE(store->drop_below_floor());
  ASSERT_TRUE(store->replace(block(3, 5)));
  EXPECT_EQ(store->read(Position{4}).value()->first, Position{3});
}

INSTANTIATE_TEST_SUITE_P(, BlockStoreFloor, every_implementation(),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace doorstep
