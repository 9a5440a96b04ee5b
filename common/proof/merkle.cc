#include "common/proof/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::proof {
namespace {

// How many of a tree's peaks are peaks still when it has grown: a peak stands for a bit of the
// size, and they agree in the bits above the highest one that differs.
std::ptrdiff_t peaks_kept(std::uint64_t before, std::uint64_t after) {
  const auto differ = std::bit_width(before ^ after);
  return differ == 64 ? 0 : std::popcount(after >> differ);
}

}  // namespace

Sha256 leaf_hash(Hasher& hasher, BytesView record) {
  static constexpr std::array<std::byte, 1> leaf{std::byte{0}};
  return hasher.add(leaf).add(record).finish();
}

Sha256 node_hash(Hasher& hasher, const Sha256& left, const Sha256& right) {
  std::array<std::uint8_t, 65> node{1};
  std::ranges::copy(left, node.begin() + 1);
  std::ranges::copy(right, node.begin() + 33);
  return hasher.add(std::as_bytes(std::span{node})).finish();
}

void MerkleTree::append(Hasher& hasher, BytesView record, std::vector<Sha256>* pages) {
  Sha256 hash = leaf_hash(hasher, record);
  // Like adding one in binary: each trailing 1 of the size is a complete subtree that pairs with
  // the new one.
  unsigned level = 0;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = node_hash(hasher, peaks_.back(), hash);
    peaks_.pop_back();
    if (++level == page_level && pages != nullptr) pages->push_back(hash);
  }
  peaks_.push_back(hash);
  ++size_;
}

void MerkleTree::append_page(Hasher& hasher, const Sha256& root) {
  DOORSTEP_ASSERT(size_ % page_leaves == 0);
  Sha256 hash = root;
  for (std::uint64_t rest = size_ / page_leaves; (rest & 1) != 0; rest >>= 1) {
    hash = node_hash(hasher, peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  size_ += page_leaves;
}

Growth MerkleTree::growth_since(std::uint64_t size) const {
  DOORSTEP_ASSERT(size < size_);
  return {.size = size_, .peaks = {peaks_.begin() + peaks_kept(size, size_), peaks_.end()}};
}

void MerkleTree::grow(const Growth& growth) {
  DOORSTEP_ASSERT(growth.size > size_);
  peaks_.resize(static_cast<std::size_t>(peaks_kept(size_, growth.size)));
  peaks_.insert(peaks_.end(), growth.peaks.begin(), growth.peaks.end());
  size_ = growth.size;
  DOORSTEP_ASSERT(peaks_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

Sha256 MerkleTree::root(Hasher& hasher) const {
  if (peaks_.empty()) return hasher.finish();
  Sha256 hash = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i > 0; --i) hash = node_hash(hasher, peaks_[i - 1], hash);
  return hash;
}

std::optional<MerkleTree> MerkleTree::from_peaks(std::uint64_t size, std::vector<Sha256> peaks) {
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
  MerkleTree tree;
  tree.size_ = size;
  tree.peaks_ = std::move(peaks);
  return tree;
}

}  // namespace doorstep::proof
