#include "common/wire/block.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

#include "common/domain/ids.h"
#include "common/wire/block_builder.h"

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

// Three pieces, of 410, 410 and 180 records.
Bytes block_in_pieces() { return some_block(1'000, 128); }
constexpr std::size_t first_of_pieces = block_header_bytes + 334 * request_entry_bytes;

Bytes noise(std::size_t size) {
  std::mt19937_64 random{7};
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
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
  BlockBuilder builder;
  builder.begin_request(AppendId{{1, 1}}, {}, Position{1});
  builder.add({Position{1}, {}, {}}, noise(8 * 1024));
  const Bytes bytes = builder.finish();
  EXPECT_FALSE(read_block_header(bytes).value().compressed);
  EXPECT_TRUE(Block::open(bytes).has_value());
}

TEST(Block, a_piece_that_does_not_compress_is_stored_as_it_is) {
  BlockBuilder builder;
  const std::vector<Bytes> events{Bytes(piece_bytes), noise(piece_bytes), Bytes(piece_bytes)};
  for (std::uint64_t n = 1; n <= 3; ++n) builder.add({Position{n}, {}, {}}, events[n - 1]);
  const Bytes bytes = builder.finish();
  EXPECT_EQ(read_block_header(bytes).value().pieces, 3);
  EXPECT_LT(bytes.size(), piece_bytes + 2'000);
  const auto block = Block::open(bytes);
  ASSERT_TRUE(block.has_value()) << block.error().message;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::ranges::equal(block->records()[i].event, events[i])) << i;
  }
}

TEST(Block, a_large_one_is_in_pieces_and_reads_the_same) {
  const Bytes bytes = block_in_pieces();
  EXPECT_EQ(read_block_header(bytes).value().pieces, 3);
  const auto block = Block::open(bytes);
  ASSERT_TRUE(block.has_value()) << block.error().message;
  ASSERT_EQ(block->records().size(), 1'000u);
  EXPECT_EQ(block->requests().size(), 334u);
  for (std::size_t i = 0; i < 1'000; ++i) {
    const Record& record = block->records()[i];
    EXPECT_EQ(record.stamp, (Stamp{Position{i + 1}, Revision{i}, Instant{5}}));
    EXPECT_TRUE(std::ranges::equal(record.event, Bytes(128, static_cast<std::byte>(i))));
  }
}

TEST(Block, two_threads_that_share_the_work_come_to_the_same_bytes) {
  for (int round = 0; round < 200; ++round) {
    BlockBuilder builder;
    for (std::size_t i = 0; i < 1'000; ++i) {
      if (i % 3 == 0) builder.begin_request(AppendId{{1, i + 1}}, {}, Position{i + 1});
      builder.add({Position{i + 1}, Revision{i}, Instant{5}},
                  Bytes(128, static_cast<std::byte>(i)));
    }
    builder.begin_to_compress();
    std::thread other{[&builder] { builder.help_to_compress(); }};
    const Bytes bytes = builder.lay_out();
    other.join();
    ASSERT_EQ(bytes, block_in_pieces());
  }
}

TEST(Block, a_part_has_the_piece_of_its_position) {
  const Bytes bytes = block_in_pieces();
  const std::vector<std::array<std::uint64_t, 3>> parts{{1, 1, 410},       {410, 1, 410},
                                                        {411, 411, 820},   {820, 411, 820},
                                                        {821, 821, 1'000}, {1'000, 821, 1'000}};
  for (const auto& [position, first, last] : parts) {
    const auto part = Block::open_part(bytes, Position{position});
    ASSERT_TRUE(part.has_value()) << part.error().message;
    EXPECT_TRUE(part->requests().empty());
    ASSERT_EQ(part->records().size(), last - first + 1) << position;
    EXPECT_EQ(part->records().front().stamp.position, Position{first});
    EXPECT_EQ(part->records().back().stamp.position, Position{last});
    EXPECT_EQ(part->records()[position - first].event[0], static_cast<std::byte>(position - 1));
  }
  for (const std::uint64_t position : {0, 1'001}) {
    EXPECT_EQ(Block::open_part(bytes, Position{position}).error().code, ErrorCode::damaged);
  }
}

TEST(Block, a_part_of_one_that_is_not_in_pieces_is_all_of_it) {
  for (const Bytes& bytes : {some_block(7, 16), some_block(300, 40)}) {
    const auto part = Block::open_part(bytes, Position{5});
    ASSERT_TRUE(part.has_value()) << part.error().message;
    EXPECT_EQ(part->records().size(), read_block_header(bytes).value().events);
  }
  BlockBuilder with_gaps;
  with_gaps.add({Position{3}, {}, {}}, Bytes(8));
  with_gaps.add({Position{9}, {}, {}}, Bytes(8));
  EXPECT_FALSE(Block::open_part(with_gaps.finish(), Position{9}));
}

TEST(Block, pieces_that_contradict_their_block_are_refused) {
  const Bytes whole = block_in_pieces();
  ASSERT_TRUE(Block::open(whole).has_value());
  EXPECT_FALSE(Block::open(with<std::uint16_t>(whole, 6, 0)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint16_t>(whole, 6, 2)).has_value());
  EXPECT_FALSE(Block::open(with<std::uint16_t>(whole, 6, 0xffff)).has_value());
  const std::vector<std::uint32_t> impossible{0,      1,      409,        411,
                                              65'599, 65'608, 0x7fffffff, 0xffffffff};
  for (const std::size_t piece : {0u, 1u, 2u}) {
    for (const std::size_t field : {0u, 4u, 8u}) {
      const std::size_t at = first_of_pieces + piece * 16 + field;
      for (const std::uint32_t value : impossible) {
        const Bytes damaged = with(whole, at, value);
        EXPECT_FALSE(Block::open(damaged).has_value()) << at << " " << value;
        EXPECT_FALSE(Block::open_part(damaged, Position{500}).has_value()) << at << " " << value;
      }
    }
    EXPECT_FALSE(Block::open(with<std::uint32_t>(whole, first_of_pieces + piece * 16 + 12, 1)));
  }
}

// The table may not say that records lie in another piece than they do, or one would be served
// under another position.
TEST(Block, pieces_that_share_their_records_otherwise_are_refused) {
  const Bytes whole = block_in_pieces();
  const auto moved = with<std::uint32_t>(with<std::uint32_t>(whole, first_of_pieces, 409),
                                         first_of_pieces + 16, 411);
  EXPECT_FALSE(Block::open(moved).has_value());
  EXPECT_FALSE(Block::open_part(moved, Position{500}).has_value());
  EXPECT_FALSE(Block::open_part(moved, Position{1}).has_value());
  EXPECT_TRUE(Block::open_part(moved, Position{1'000}).has_value());
}

TEST(Block, every_cut_is_noticed) {
  for (const Bytes& whole : {some_block(7, 16), some_block(300, 40), block_in_pieces()}) {
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
  for (const Bytes& whole : {some_block(9, 24), some_block(300, 40), some_block(1'000, 128)}) {
    for (int round = 0; round < 10'000; ++round) {
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
