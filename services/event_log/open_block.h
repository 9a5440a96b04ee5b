// A block on its way to the disk: collected by the sequencer, laid out on the store's thread
// (digests, compression) while the command thread hashes its leaves, shown and acknowledged once it
// is durable.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/hash/sha256.h"
#include "common/proof/merkle.h"
#include "common/wire/block_builder.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/heading.h"

namespace doorstep::event_log {

// One accepted request in it.
struct OpenRequest {
  AppendId append_id{};
  Position first{};
  std::uint32_t events{};
  std::vector<wire::Condition> conditions{};  // for its digest
  RequestDigest digest{};                     // set by Sealer
};

// `requests` and `bytes` are the sealer's until the block is durable; meanwhile the command thread
// may read the builder's records, and help to compress them.
struct OpenBlock {
  wire::BlockBuilder builder{};
  std::vector<Heading> headings{};
  std::vector<OpenRequest> requests{};
  std::vector<RecordedFrom> times{};
  std::shared_ptr<const Bytes> bytes{};  // set by Sealer
  // Set by GrowingTree:
  proof::MerkleTree tree{};  // with this block's last record as its last leaf
  proof::Growth growth{};    // of the tree, by this block

  // Empty again, with its memory kept.
  void clear();
};

// Turns open blocks into bytes. One thread at a time.
class Sealer {
 public:
  void seal(OpenBlock& block);

 private:
  void add_digests(OpenBlock& block);

  Checksum checksum_{};
  std::vector<BytesView> events_{};  // of the block at hand; a member to keep its memory
};

// The log's tree with all blocks that were handed to the store. One thread.
class GrowingTree {
 public:
  explicit GrowingTree(proof::MerkleTree tree) : tree_{std::move(tree)} {}
  // Pre-condition: the next block.
  void add(OpenBlock& block);

 private:
  proof::MerkleTree tree_;
  Hasher hasher_{};
};

}  // namespace doorstep::event_log
