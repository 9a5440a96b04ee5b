// What the log keeps: blocks, the leaves of their records, and the signed head. A file here never
// changes: a log of yesterday must be read, and its root must be the same.
#include <gtest/gtest.h>

#include "common/proof/checkpoint.h"
#include "common/proof/cosignature.h"
#include "common/proof/merkle.h"
#include "common/proof/merkle_proof.h"
#include "common/proof/policy.h"
#include "common/proof/proof_text.h"
#include "common/wire/block.h"
#include "common/wire/block_builder.h"
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
void expect_is_read_as_ever(const char* name, std::uint64_t records, std::size_t event_bytes,
                            std::uint16_t pieces) {
  const auto event = [event_bytes](std::uint64_t n) {
    return Bytes(event_bytes, static_cast<std::byte>(n % 8));
  };
  wire::BlockBuilder builder;
  builder.begin_request(AppendId{{1, 2}}, {}, Position{1});
  for (std::uint64_t n = 1; n <= records; ++n) {
    builder.add({Position{n}, Revision{n - 1}, Instant{1}}, event(n));
  }
  const std::string text = test::golden_text(file(name), test::to_hex_lines(builder.finish()));
  ASSERT_FALSE(text.empty()) << "no golden bytes";
  const Bytes bytes = test::from_hex_lines(text);
  EXPECT_TRUE(wire::read_block_header(bytes).value().compressed);
  EXPECT_EQ(wire::read_block_header(bytes).value().pieces, pieces);
  EXPECT_LT(bytes.size(), records * (wire::stamp_bytes + event_bytes) / 2);
  const auto block = wire::Block::open(bytes);
  ASSERT_TRUE(block.has_value());
  ASSERT_EQ(block->records().size(), records);
  for (const auto& record : block->records()) {
    const std::uint64_t n = number(record.stamp.position);
    EXPECT_EQ(record.stamp.revision, Revision{n - 1});
    EXPECT_EQ(Bytes(record.event.begin(), record.event.end()), event(n));
  }
}

TEST(GoldenLog, a_compressed_block_is_read_as_ever) {
  expect_is_read_as_ever("block_lz4.hex", 200, 40, 0);
}

TEST(GoldenLog, a_block_in_pieces_is_read_as_ever) {
  expect_is_read_as_ever("block_pieces.hex", 100, 1'496, 3);
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

Ed25519Key key_of(std::uint8_t n) {
  Sha256 seed{};
  seed.fill(n);
  return Ed25519Key::from_seed(seed);
}

// A log of the 200 records of block_lz4.hex.
class ProvenLog {
 public:
  ProvenLog() : block_{wire::Block::open(block_bytes()).value()} {}

  [[nodiscard]] Result<Sha256> root(proof::Subtree wanted) {
    if (wanted.level == 0) {
      return proof::leaf_hash(hasher_, block_.records()[wanted.index].stored);
    }
    const Sha256 left = root({wanted.level - 1, wanted.index * 2}).value();
    return proof::node_hash(hasher_, left, root({wanted.level - 1, wanted.index * 2 + 1}).value());
  }
  [[nodiscard]] proof::Subtrees subtrees() {
    return [this](proof::Subtree wanted) { return root(wanted); };
  }
  [[nodiscard]] proof::Checkpoint checkpoint(std::uint64_t size) {
    return {.log = LogId{{0x017fb4a12c007000, 0x8000000000000001}},
            .epoch = Epoch{3},
            .size = size,
            .root = proof::root_of(hasher_, size, subtrees()).value()};
  }
  // With the cosignature of a witness.
  [[nodiscard]] std::string note(std::uint64_t size) {
    const std::string own = proof::sign_checkpoint(checkpoint(size), key_of(1));
    const std::string text = own.substr(0, own.find("\n\n") + 1);
    return own + proof::cosign(text, "witness.example/w1", key_of(9), 1'647'993'600);
  }
  [[nodiscard]] Bytes record(std::uint64_t index) const {
    const BytesView stored = block_.records()[index].stored;
    return {stored.begin(), stored.end()};
  }
  Hasher hasher_{};

 private:
  static Bytes block_bytes() {
    return test::from_hex_lines(test::golden_text(file("block_lz4.hex"), {}));
  }
  wire::Block block_;
};

TEST(GoldenLog, the_keys_are_written_and_read_as_ever) {
  const proof::VerifierKey log = proof::log_key(ProvenLog{}.checkpoint(1), key_of(1));
  const proof::VerifierKey witness = proof::witness_key("witness.example/w1", key_of(9));
  const std::string fresh =
      "log " + to_string(log) + "\nwitness w1 " + to_string(witness) + "\nquorum w1\n";
  const std::string text = test::golden_text(file("policy.txt"), fresh);
  EXPECT_EQ(text, fresh);
  const auto policy = proof::parse_policy(text);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->logs.at(0).key, log);
  EXPECT_EQ(policy->witnesses.at(0).key, witness);
}

TEST(GoldenLog, an_inclusion_is_written_and_proven_as_ever) {
  ProvenLog log;
  const proof::InclusionText made{
      .extra = log.record(77),
      .index = 77,
      .hashes = proof::inclusion_proof(log.hasher_, 77, 200, log.subtrees()).value(),
      .checkpoint = log.note(200)};
  const std::string text = test::golden_text(file("inclusion.tlog-proof"), to_string(made));
  EXPECT_EQ(text, to_string(made));
  const auto read = proof::parse_inclusion(text).value();
  const auto head = proof::open_checkpoint(read.checkpoint, key_of(1)).value();
  const Sha256 leaf = proof::leaf_hash(log.hasher_, *read.extra);
  EXPECT_TRUE(
      proof::verify_inclusion(log.hasher_, {read.index, head.size, leaf, head.root}, read.hashes));
}

TEST(GoldenLog, a_consistency_is_written_and_proven_as_ever) {
  ProvenLog log;
  const proof::ConsistencyText made{
      .old_size = 123,
      .hashes = proof::consistency_proof(log.hasher_, 123, 200, log.subtrees()).value(),
      .checkpoint = log.note(200)};
  const std::string text = test::golden_text(file("consistency.txt"), to_string(made));
  EXPECT_EQ(text, to_string(made));
  const std::string old = test::golden_text(file("old_checkpoint.txt"), log.note(123));
  EXPECT_EQ(old, log.note(123));
  const auto read = proof::parse_consistency(text).value();
  const auto before = proof::open_checkpoint(old, key_of(1)).value();
  const auto after = proof::open_checkpoint(read.checkpoint, key_of(1)).value();
  EXPECT_TRUE(proof::verify_consistency(
      log.hasher_, {read.old_size, after.size, before.root, after.root}, read.hashes));
  EXPECT_EQ(
      proof::cosignatures_on(read.checkpoint, {proof::witness_key("witness.example/w1", key_of(9))})
          .value()
          .size(),
      1u);
}

}  // namespace
}  // namespace doorstep
