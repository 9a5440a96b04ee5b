// The RFC 6962 tree over the stored records, as its frontier: enough to append and to state the
// root, a few hashes for any size. Pure. The hasher is an argument so that one context serves a
// whole block.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/hash/sha256.h"
#include "common/seam/messages.h"

namespace doorstep::proof {

// SHA-256(0x00 ‖ record) and SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1.
[[nodiscard]] Sha256 leaf_hash(Hasher& hasher, BytesView record);
[[nodiscard]] Sha256 node_hash(Hasher& hasher, const Sha256& left, const Sha256& right);

// Complete subtrees of this many leaves ("pages") are kept by whoever makes proofs.
inline constexpr unsigned page_level = 10;
inline constexpr std::uint64_t page_leaves = std::uint64_t{1} << page_level;

// What leaves made of a tree, without the leaves: whoever has the tree from before them has the one
// after them. A few hashes, however large the tree.
struct Growth {
  std::uint64_t size{};         // after them; 0: nothing is known
  std::vector<Sha256> peaks{};  // the last ones: all that hold any of them
  std::vector<Sha256> pages{};  // roots of the pages that they complete
};

class MerkleTree {
 public:
  // Where the record completes a page, its root falls out and is added to `pages`.
  void append(Hasher& hasher, BytesView record, std::vector<Sha256>* pages = nullptr);
  // A page at once, by its root. Pre-condition: the size is a multiple of page_leaves.
  void append_page(Hasher& hasher, const Sha256& root);
  // The peaks since the tree had `size` leaves, without pages. Pre-condition: it had fewer.
  [[nodiscard]] Growth growth_since(std::uint64_t size) const;
  // Pre-condition: what leaves made of this very tree.
  void grow(const Growth& growth);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Of an empty tree: the hash of nothing.
  [[nodiscard]] Sha256 root(Hasher& hasher) const;

  // The frontier: roots of the complete subtrees, the largest first. With the size it is the tree.
  [[nodiscard]] std::span<const Sha256> peaks() const { return peaks_; }
  // nullopt: a tree of that size has another number of peaks.
  [[nodiscard]] static std::optional<MerkleTree> from_peaks(std::uint64_t size,
                                                            std::vector<Sha256> peaks);
  bool operator==(const MerkleTree&) const = default;

 private:
  std::uint64_t size_{};
  std::vector<Sha256> peaks_{};
};

}  // namespace doorstep::proof
