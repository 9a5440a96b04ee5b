#include "common/wire/block.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "common/domain/ids.h"

namespace doorstep::wire {
namespace {

Bytes some_block(std::size_t records, std::size_t event_bytes) {
  BlockBuilder builder;
  for (std::size_t i = 0; i < records; ++i) {
    if (i % 3 == 0) builder.begin_request(AppendId{{1, i + 1}}, {}, Position{i + 1});
    builder.add({Position{i + 1}, Revision{i}, Instant{5}},
                Bytes(event_bytes, static_cast<std::byte>(i)));
  }
  return builder.finish();
}

template <class Number>
Bytes with(Bytes block, std::size_t at, Number value) {
  std::memcpy(block.data() + at, &value, sizeof value);
  return block;
}

TEST(Block, a_builder_can_be_used_again) {
  BlockBuilder builder;
  for (int round = 0; round < 3; ++round) {
    builder.begin_request(AppendId{{1, 1}}, {}, Position{1});
    builder.add({Position{1}, {}, {}}, Bytes(8));
    EXPECT_EQ(builder.events(), 1u);
    const auto block = Block::open(builder.finish());
    ASSERT_TRUE(block.has_value());
    EXPECT_EQ(block->records().size(), 1u);
    EXPECT_EQ(builder.events(), 0u);
  }
}

TEST(Block, events_are_aligned_for_the_decoder) {
  const auto block = Block::open(some_block(50, 24));
  ASSERT_TRUE(block.has_value());
  for (const auto& record : block->records()) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(record.event.data()) % 8, 0u);
  }
}

TEST(Block, a_filtered_one_has_gaps_and_no_requests) {
  BlockBuilder builder;
  builder.add({Position{3}, {}, {}}, Bytes(8));
  builder.add({Position{9}, {}, {}}, Bytes(8));
  const auto block = Block::open(builder.finish());
  ASSERT_TRUE(block.has_value()) << block.error().message;
  EXPECT_TRUE(block->requests().empty());
  EXPECT_EQ(block->records()[1].stamp.position, Position{9});
}

TEST(Block, what_does_not_compress_is_stored_as_it_is) {
  std::mt19937_64 random{7};
  BlockBuilder builder;
  builder.begin_request(AppendId{{1, 1}}, {}, Position{1});
  Bytes noise(8 * 1024);
  for (auto& byte : noise) byte = static_cast<std::byte>(random());
  builder.add({Position{1}, {}, {}}, noise);
  const Bytes bytes = builder.finish();
  EXPECT_FALSE(read_block_header(bytes).value().compressed);
  EXPECT_TRUE(Block::open(bytes).has_value());
}

TEST(Block, every_cut_is_noticed) {
  for (const Bytes& whole : {some_block(7, 16), some_block(300, 40)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto block = Block::open(BytesView{whole}.first(size));
      ASSERT_FALSE(block.has_value()) << size;
      EXPECT_EQ(block.error().code, ErrorCode::damaged);
    }
    Bytes longer = whole;
    longer.push_back({});
    EXPECT_FALSE(Block::open(longer).has_value());
  }
}

TEST(Block, impossible_numbers_are_refused_before_anything_is_allocated) {
  const Bytes plain = some_block(7, 16);
  const Bytes compressed = some_block(300, 40);
  ASSERT_TRUE(read_block_header(compressed).value().compressed);
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, 0, 0)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint8_t>(plain, 4, 2)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint8_t>(plain, 5, 2)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint16_t>(plain, 6, 1)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, 8, 0)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, 8, 2)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, 16, 0)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, 16, 900)).has_value());
  for (const std::size_t at : {24u, 28u, 32u, 36u}) {
    for (const std::uint32_t value : {0u, 1u, 0x7fffffffu, 0xffffffffu}) {
      EXPECT_FALSE(Block::open(with(plain, at, value)).has_value()) << at << " " << value;
      EXPECT_FALSE(Block::open(with(compressed, at, value)).has_value()) << at << " " << value;
    }
  }
}

TEST(Block, requests_and_records_that_contradict_each_other_are_refused) {
  const Bytes plain = some_block(7, 16);
  ASSERT_TRUE(Block::open(plain).has_value());
  const std::size_t request = block_header_bytes + request_entry_bytes;  // the second of three
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, request + 48, 5)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, request + 56, 0)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, request + 56, 2)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, request + 60, 1)).has_value());
  const std::size_t record = block_header_bytes + 3 * request_entry_bytes + stamp_bytes + 16;
  EXPECT_FALSE(Block::open(with<std::uint64_t>(plain, record, 1)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, record + 24, 15)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, record + 24, 8)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, record + 24, 0xfffffff8)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint32_t>(plain, record + 28, 1)).has_value());
}

TEST(Block, random_damage_is_refused_or_harmless) {
  constexpr std::uint64_t seed = 20220323;
  std::mt19937_64 random{seed};
  for (const Bytes& whole : {some_block(9, 24), some_block(300, 40)}) {
    for (int round = 0; round < 20'000; ++round) {
      Bytes damaged = whole;
      for (std::uint64_t i = random() % 4; i < 4; ++i) {
        damaged[random() % damaged.size()] = static_cast<std::byte>(random());
      }
      const auto block = Block::open(damaged);
      if (!block) continue;
      std::size_t bytes = 0;
      for (const auto& record : block->records()) {
        for (const std::byte byte : record.stored) bytes += std::to_integer<std::size_t>(byte) & 1;
      }
      ASSERT_LT(bytes, block_records_bytes_max) << "seed " << seed << " round " << round;
    }
  }
}

}  // namespace
}  // namespace doorstep::wire
