#include "services/event_log/tree_nodes.h"

#include <bit>

#include "common/domain/assert.h"

namespace doorstep::event_log {

void TreeNodes::add(std::span<const Sha256> pages) {
  for (Sha256 hash : pages) {
    // As in MerkleTree::append, but nothing is forgotten.
    for (std::size_t level = 0;; ++level) {
      if (level == levels_.size()) levels_.emplace_back();
      auto& nodes = levels_[level];
      nodes.push_back(hash);
      if (nodes.size() % 2 != 0) break;
      hash = proof::node_hash(hasher_, nodes[nodes.size() - 2], hash);
    }
  }
}

const Sha256& TreeNodes::root(proof::Subtree wanted) const {
  DOORSTEP_ASSERT(wanted.level >= proof::page_level);
  const std::size_t level = wanted.level - proof::page_level;
  DOORSTEP_ASSERT(level < levels_.size() && wanted.index < levels_[level].size());
  return levels_[level][wanted.index];
}

proof::MerkleTree TreeNodes::tree() const {
  std::vector<Sha256> peaks;
  std::uint64_t rest = pages();
  for (std::uint64_t done = 0; rest > 0;) {
    const std::uint64_t size = std::bit_floor(rest);
    const auto level = static_cast<unsigned>(std::countr_zero(size));
    peaks.push_back(root({level + proof::page_level, done >> level}));
    done += size;
    rest -= size;
  }
  return proof::MerkleTree::from_peaks(pages() * proof::page_leaves, std::move(peaks)).value();
}

}  // namespace doorstep::event_log
