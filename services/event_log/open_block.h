// A block on its way to the disk: collected by the sequencer, sealed on the store's thread
// (digests, tree, compression), shown and acknowledged by the command thread once it is durable.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/hash/sha256.h"
#include "common/proof/merkle.h"
#include "common/wire/block.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/heading.h"

namespace doorstep::event_log {

// One accepted request in it.
struct OpenRequest {
  AppendId append_id{};
  Position first{};
  std::uint32_t events{};
  std::vector<wire::Condition> conditions{};  // for its digest
  Sha256 digest{};                            // set by seal()
};

struct OpenBlock {
  wire::BlockBuilder builder{};
  std::vector<Heading> headings{};
  std::vector<OpenRequest> requests{};
  Instant recorded_at{};  // of its last record
  // Set by seal():
  std::shared_ptr<const Bytes> bytes{};
  std::vector<Sha256> pages{};  // roots of the pages of the tree that it completes
  proof::MerkleTree tree{};     // with this block's last record as its last leaf

  // Empty again, with its memory kept.
  void clear();
};

// Turns open blocks into bytes, in the order of their positions. One thread at a time.
class Sealer {
 public:
  explicit Sealer(proof::MerkleTree tree) : tree_{std::move(tree)} {}
  void seal(OpenBlock& block);

 private:
  void add_leaves(OpenBlock& block);
  void add_digests(OpenBlock& block);

  proof::MerkleTree tree_;
  Hasher hasher_{};
  std::vector<BytesView> events_{};  // of the block at hand; a member to keep its memory
};

}  // namespace doorstep::event_log
