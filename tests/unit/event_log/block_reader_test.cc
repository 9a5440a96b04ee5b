// Blocks of several pieces: one record costs one piece, and what is kept open is found again.
#include "services/event_log/block_reader.h"

#include <gtest/gtest.h>

#include "common/memory/memory_block_store.h"
#include "common/wire/block_builder.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint64_t events_in_block = 1'000;
constexpr std::size_t event_bytes = 128;
constexpr std::size_t raw_bytes = events_in_block * (wire::stamp_bytes + event_bytes);

class BlockReaderTest : public testing::Test {
 protected:
  static StoredBlock block_from(std::uint64_t first) {
    wire::BlockBuilder builder;
    builder.begin_request(AppendId{{1, first}}, {}, Position{first});
    for (std::uint64_t n = first; n < first + events_in_block; ++n) {
      builder.add({Position{n}, Revision{n}, Instant{5}},
                  Bytes(event_bytes, static_cast<std::byte>(n)));
    }
    return {Position{first}, builder.last(), std::make_shared<const Bytes>(builder.finish())};
  }
  void store_blocks(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const StoredBlock block = block_from(i * events_in_block + 1);
      ASSERT_TRUE(store->submit({.first = block.first, .last = block.last, .bytes = block.bytes}));
    }
  }
  void expect_record(std::uint64_t position) {
    const auto record = reader.record(Position{position});
    ASSERT_TRUE(record.has_value()) << record.error().message;
    EXPECT_EQ((*record)->stamp, (Stamp{Position{position}, Revision{position}, Instant{5}}));
    EXPECT_EQ((*record)->event[0], static_cast<std::byte>(position));
  }

  memory::MemoryDisk disk;
  std::unique_ptr<memory::MemoryBlockStore> store =
      std::move(*memory::MemoryBlockStore::open(disk, Epoch{1}));
  Tail tail{Position{}};
  BlockReader reader{*store, tail};
};

TEST_F(BlockReaderTest, a_record_costs_its_piece_and_its_neighbours_nothing) {
  store_blocks(1);
  expect_record(500);
  EXPECT_EQ(reader.store_reads(), 1u);
  EXPECT_GT(reader.store_bytes(), wire::piece_bytes);
  EXPECT_LT(reader.store_bytes(), raw_bytes / 2);
  const std::uint64_t once = reader.store_bytes();
  expect_record(501);
  EXPECT_EQ(reader.store_bytes(), once);
  expect_record(1'000);  // another piece of the block that is kept
  EXPECT_EQ(reader.store_reads(), 1u);
  EXPECT_GT(reader.store_bytes(), once);
}

TEST_F(BlockReaderTest, a_whole_block_costs_all_of_it_and_gives_its_records_too) {
  store_blocks(1);
  const auto opened = reader.open(Position{7});
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ((*opened)->block.records().size(), events_in_block);
  EXPECT_EQ(reader.store_bytes(), raw_bytes);
  for (const std::uint64_t position : {1, 411, 1'000}) expect_record(position);
  EXPECT_EQ(reader.store_bytes(), raw_bytes);
}

TEST_F(BlockReaderTest, more_than_is_kept_is_read_again) {
  constexpr std::uint64_t blocks = BlockReader::kept_max + 2;
  store_blocks(blocks);
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 0; i < blocks; ++i) expect_record(i * events_in_block + 500);
  }
  EXPECT_EQ(reader.store_reads(), 2 * blocks);
  expect_record((blocks - 1) * events_in_block + 501);
  EXPECT_EQ(reader.store_reads(), 2 * blocks);
}

TEST_F(BlockReaderTest, another_block_in_the_place_of_one_is_damaged) {
  const StoredBlock other = block_from(events_in_block + 1);
  ASSERT_TRUE(store->submit(
      {.first = Position{1}, .last = Position{events_in_block}, .bytes = other.bytes}));
  EXPECT_EQ(reader.stored(Position{1}).error().code, ErrorCode::damaged);
  EXPECT_EQ(reader.open(Position{1}).error().code, ErrorCode::damaged);
  EXPECT_EQ(reader.record(Position{1}).error().code, ErrorCode::damaged);
}

}  // namespace
}  // namespace doorstep::event_log
