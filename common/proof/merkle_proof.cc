#include "common/proof/merkle_proof.h"

#include <algorithm>
#include <bit>

#include "common/domain/assert.h"
#include "common/proof/merkle.h"

namespace doorstep::proof {
namespace {

// Leaves [first, first + count); `first` is a multiple of the power of two that is not below count.
struct Range {
  std::uint64_t first{};
  std::uint64_t count{};
};

// The largest power of two below n.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

Result<Sha256> root_of_range(Hasher& hasher, Range range, const Subtrees& subtrees) {
  if (std::has_single_bit(range.count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(range.count));
    return subtrees({level, range.first >> level});
  }
  const std::uint64_t split = split_of(range.count);
  const auto left = root_of_range(hasher, {range.first, split}, subtrees);
  if (!left) return left;
  const auto right = root_of_range(hasher, {range.first + split, range.count - split}, subtrees);
  if (!right) return right;
  return node_hash(hasher, *left, *right);
}

bool is_odd(std::uint64_t n) { return (n & 1) != 0; }

}  // namespace

Result<Sha256> root_of(Hasher& hasher, std::uint64_t size, const Subtrees& subtrees) {
  if (size == 0) return hasher.finish();
  return root_of_range(hasher, {0, size}, subtrees);
}

Result<std::vector<Sha256>> inclusion_proof(Hasher& hasher, std::uint64_t index, std::uint64_t size,
                                            const Subtrees& subtrees) {
  DOORSTEP_ASSERT(index < size);
  std::vector<Sha256> hashes;
  for (Range range{0, size}; range.count > 1;) {
    const std::uint64_t split = split_of(range.count);
    const Range left{range.first, split};
    const Range right{range.first + split, range.count - split};
    const bool is_left = index < right.first;
    const auto other = root_of_range(hasher, is_left ? right : left, subtrees);
    if (!other) return std::unexpected(other.error());
    hashes.push_back(*other);
    range = is_left ? left : right;
  }
  std::ranges::reverse(hashes);
  return hashes;
}

Result<std::vector<Sha256>> consistency_proof(Hasher& hasher, std::uint64_t old, std::uint64_t size,
                                              const Subtrees& subtrees) {
  DOORSTEP_ASSERT(old <= size);
  std::vector<Sha256> hashes;
  if (old == 0 || old == size) return hashes;
  // SUBPROOF(m, D[n], b): `range` is D[n], old - range.first is m; b says that the old tree is
  // still all of what was looked at.
  bool is_whole = true;
  Range range{0, size};
  while (old - range.first != range.count) {
    const std::uint64_t split = split_of(range.count);
    const Range left{range.first, split};
    const Range right{range.first + split, range.count - split};
    const bool is_left = old <= right.first;
    const auto other = root_of_range(hasher, is_left ? right : left, subtrees);
    if (!other) return std::unexpected(other.error());
    hashes.push_back(*other);
    is_whole = is_whole && is_left;
    range = is_left ? left : right;
  }
  if (!is_whole) {
    const auto last = root_of_range(hasher, range, subtrees);
    if (!last) return std::unexpected(last.error());
    hashes.push_back(*last);
  }
  std::ranges::reverse(hashes);
  return hashes;
}

bool verify_inclusion(Hasher& hasher, const Inclusion& claim, std::span<const Sha256> hashes) {
  if (claim.index >= claim.size) return false;
  std::uint64_t at = claim.index;
  std::uint64_t last = claim.size - 1;
  Sha256 root = claim.leaf;
  for (const Sha256& hash : hashes) {
    if (last == 0) return false;
    if (is_odd(at) || at == last) {
      root = node_hash(hasher, hash, root);
      while (!is_odd(at) && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      root = node_hash(hasher, root, hash);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && root == claim.root;
}

MerkleTree old_tree(const Consistency& claim, std::span<const Sha256> hashes) {
  if (claim.old_size == 0) return {};
  std::vector<Sha256> peaks;  // the smallest first
  const bool is_complete = std::has_single_bit(claim.old_size);
  peaks.push_back(is_complete ? claim.old_root : hashes.front());
  // What the verification puts to the left of the old root is the next larger peak.
  std::uint64_t at = claim.old_size - 1;
  std::uint64_t last = claim.new_size - 1;
  while (is_odd(at)) {
    at >>= 1;
    last >>= 1;
  }
  for (const Sha256& hash : hashes.subspan(is_complete ? 0 : 1)) {
    if (is_odd(at) || at == last) {
      peaks.push_back(hash);
      while (!is_odd(at) && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    }
    at >>= 1;
    last >>= 1;
  }
  std::ranges::reverse(peaks);
  auto tree = MerkleTree::from_peaks(claim.old_size, std::move(peaks));
  DOORSTEP_ASSERT(tree.has_value());
  return *std::move(tree);
}

bool verify_consistency(Hasher& hasher, const Consistency& claim, std::span<const Sha256> hashes) {
  if (claim.old_size > claim.new_size) return false;
  if (claim.old_size == claim.new_size) {
    return hashes.empty() && claim.old_root == claim.new_root;
  }
  if (claim.old_size == 0) return hashes.empty() && claim.old_root == hasher.finish();
  if (hashes.empty()) return false;
  std::uint64_t at = claim.old_size - 1;
  std::uint64_t last = claim.new_size - 1;
  while (is_odd(at)) {
    at >>= 1;
    last >>= 1;
  }
  // An old tree that is one complete subtree is its own first hash and is not repeated.
  const bool is_complete = std::has_single_bit(claim.old_size);
  Sha256 old_root = is_complete ? claim.old_root : hashes.front();
  Sha256 new_root = old_root;
  for (const Sha256& hash : hashes.subspan(is_complete ? 0 : 1)) {
    if (last == 0) return false;
    if (is_odd(at) || at == last) {
      old_root = node_hash(hasher, hash, old_root);
      new_root = node_hash(hasher, hash, new_root);
      while (!is_odd(at) && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      new_root = node_hash(hasher, new_root, hash);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_root == claim.old_root && new_root == claim.new_root;
}

}  // namespace doorstep::proof
