// Proofs over the tree (RFC 6962 §2.1.1 and §2.1.2), made from the roots of its complete subtrees
// and checked with nothing but hashes (RFC 9162 §2.1.3.2 and §2.1.4.2). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "common/domain/result.h"
#include "common/hash/sha256.h"
#include "common/proof/merkle.h"

namespace doorstep::proof {

// The complete subtree over the leaves [index · 2^level, (index + 1) · 2^level).
struct Subtree {
  unsigned level{};
  std::uint64_t index{};
  bool operator==(const Subtree&) const = default;
};
// The root of it. An error (a block that cannot be read) ends the proof.
using Subtrees = std::function<Result<Sha256>(Subtree)>;

inline constexpr std::size_t proof_hashes_max = 64;

// Of the first `size` leaves.
[[nodiscard]] Result<Sha256> root_of(Hasher& hasher, std::uint64_t size, const Subtrees& subtrees);
// PATH(index, D[size]): from the leaf's sibling upwards. Pre-condition: index < size.
[[nodiscard]] Result<std::vector<Sha256>> inclusion_proof(Hasher& hasher, std::uint64_t index,
                                                          std::uint64_t size,
                                                          const Subtrees& subtrees);
// PROOF(old, D[size]): empty where old is 0 or size. Pre-condition: old <= size.
[[nodiscard]] Result<std::vector<Sha256>> consistency_proof(Hasher& hasher, std::uint64_t old,
                                                            std::uint64_t size,
                                                            const Subtrees& subtrees);

struct Inclusion {
  std::uint64_t index{};
  std::uint64_t size{};
  Sha256 leaf{};  // its hash
  Sha256 root{};
};
[[nodiscard]] bool verify_inclusion(Hasher& hasher, const Inclusion& claim,
                                    std::span<const Sha256> hashes);

struct Consistency {
  std::uint64_t old_size{};
  std::uint64_t new_size{};
  Sha256 old_root{};
  Sha256 new_root{};
};
// The old tree itself: a consistency proof holds its peaks. Pre-condition: the proof holds, and the
// trees are not of one size.
[[nodiscard]] MerkleTree old_tree(const Consistency& claim, std::span<const Sha256> hashes);
// The empty tree is a beginning of every tree, without a proof; its root must be the hash of
// nothing.
[[nodiscard]] bool verify_consistency(Hasher& hasher, const Consistency& claim,
                                      std::span<const Sha256> hashes);

}  // namespace doorstep::proof
