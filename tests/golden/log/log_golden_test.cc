// What the log keeps: blocks, the leaves of their records, and the signed head. A file here never
// changes: a log of yesterday must be read, and its root must be the same.
#include <gtest/gtest.h>

#include "common/proof/checkpoint.h"
#include "common/proof/merkle.h"
#include "common/wire/block.h"
#include "tests/support/golden.h"

namespace doorstep {
namespace {

std::filesystem::path file(const char* name) { return std::filesystem::path{GOLDEN_FOLDER} / name; }

// The block of docs/formats/block.md: two requests, three records.
Bytes small_block() {
  const auto event = [](std::size_t size, unsigned fill) {
    return Bytes(size, static_cast<std::byte>(fill));
  };
  Sha256 first_digest{};
  first_digest.fill(0xd1);
  Sha256 second_digest{};
  second_digest.fill(0xd2);
  wire::BlockBuilder builder;
  builder.begin_request(AppendId{{0x017fb4a12c007000, 0x8000000000000001}}, first_digest,
                        Position{7});
  builder.add({Position{7}, Revision{0}, Instant{1'647'993'600'000}}, event(16, 0xe1));
  builder.add({Position{8}, Revision{3}, Instant{1'647'993'600'000}}, event(8, 0xe2));
  builder.begin_request(AppendId{{0x017fb4a12c007000, 0x8000000000000002}}, second_digest,
                        Position{9});
  builder.add({Position{9}, Revision{1}, Instant{1'647'993'600'001}}, event(8, 0xe3));
  return builder.finish();
}

TEST(GoldenLog, a_block_is_written_and_read_as_ever) {
  const Bytes fresh = small_block();
  const std::string text = test::golden_text(file("block.hex"), test::to_hex_lines(fresh));
  ASSERT_FALSE(text.empty()) << "no golden bytes";
  EXPECT_EQ(test::to_hex_lines(fresh), text);
  const auto block = wire::Block::open(test::from_hex_lines(text));
  ASSERT_TRUE(block.has_value()) << block.error().message;
  ASSERT_EQ(block->requests().size(), 2u);
  EXPECT_EQ(block->requests()[0].events, 2u);
  EXPECT_EQ(block->requests()[1].first, Position{9});
  ASSERT_EQ(block->records().size(), 3u);
  EXPECT_EQ(block->records()[1].stamp,
            (Stamp{Position{8}, Revision{3}, Instant{1'647'993'600'000}}));
  EXPECT_EQ(block->records()[0].event.size(), 16u);
}

// LZ4 may write other bytes one day; it must read these for ever.
TEST(GoldenLog, a_compressed_block_is_read_as_ever) {
  wire::BlockBuilder builder;
  builder.begin_request(AppendId{{1, 2}}, {}, Position{1});
  for (std::uint64_t n = 1; n <= 200; ++n) {
    builder.add({Position{n}, Revision{n - 1}, Instant{1}},
                Bytes(40, static_cast<std::byte>(n % 8)));
  }
  const std::string text =
      test::golden_text(file("block_lz4.hex"), test::to_hex_lines(builder.finish()));
  ASSERT_FALSE(text.empty()) << "no golden bytes";
  const Bytes bytes = test::from_hex_lines(text);
  EXPECT_TRUE(wire::read_block_header(bytes).value().compressed);
  EXPECT_LT(bytes.size(), 200u * 72 / 2);
  const auto block = wire::Block::open(bytes);
  ASSERT_TRUE(block.has_value());
  ASSERT_EQ(block->records().size(), 200u);
  for (const auto& record : block->records()) {
    const std::uint64_t n = number(record.stamp.position);
    EXPECT_EQ(record.stamp.revision, Revision{n - 1});
    EXPECT_EQ(Bytes(record.event.begin(), record.event.end()),
              Bytes(40, static_cast<std::byte>(n % 8)));
  }
}

TEST(GoldenLog, leaves_and_root_are_as_ever) {
  const auto block = wire::Block::open(small_block());
  ASSERT_TRUE(block.has_value());
  Hasher hasher;
  proof::MerkleTree tree;
  std::string fresh;
  for (const auto& record : block->records()) {
    fresh += to_hex(proof::leaf_hash(hasher, record.stored)) + "\n";
    tree.append(hasher, record.stored);
  }
  fresh += to_hex(tree.root(hasher)) + "\n";
  EXPECT_EQ(test::golden_text(file("leaves_and_root.txt"), fresh), fresh);
}

TEST(GoldenLog, the_signed_head_is_written_and_read_as_ever) {
  Sha256 seed{};
  seed.fill(1);
  proof::Checkpoint checkpoint{
      .log = LogId{{0x017fb4a12c007000, 0x8000000000000001}}, .epoch = Epoch{3}, .size = 4711};
  checkpoint.root.fill(0xab);
  const Ed25519Key key = Ed25519Key::from_seed(seed);
  const std::string fresh = proof::sign_checkpoint(checkpoint, key);
  const std::string text = test::golden_text(file("checkpoint.txt"), fresh);
  EXPECT_EQ(text, fresh);
  EXPECT_EQ(proof::open_checkpoint(text, key).value(), checkpoint);
}

}  // namespace
}  // namespace doorstep
