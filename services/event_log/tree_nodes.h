// The upper part of the log's tree, in memory: the roots of its complete pages (1,024 leaves) and
// of all that is made of them, 64 bytes for each 1,024 events. With the leaves of two or three
// pages every proof can be made. A fold of the pages; one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/proof/merkle.h"
#include "common/proof/merkle_proof.h"

namespace doorstep::event_log {

class TreeNodes {
 public:
  TreeNodes() = default;
  // From the roots of the first pages, as an index may keep them.
  explicit TreeNodes(std::span<const Sha256> pages) { add(pages); }

  void add(std::span<const Sha256> pages);
  [[nodiscard]] std::uint64_t pages() const { return levels_.empty() ? 0 : levels_.front().size(); }
  // Pre-condition: of a page's level or above, and made of complete pages.
  [[nodiscard]] const Sha256& root(proof::Subtree wanted) const;
  // The tree over all complete pages: where a fold of the leaves can begin.
  [[nodiscard]] proof::MerkleTree tree() const;

 private:
  std::vector<std::vector<Sha256>> levels_{};  // from a page's level upwards
  Hasher hasher_{};
};

}  // namespace doorstep::event_log
