#include "common/proof/merkle_proof.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

#include "common/proof/merkle.h"

namespace doorstep::proof {
namespace {

constexpr std::uint64_t sizes_max = 200;

Bytes bytes_of(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// All leaves in memory; each subtree is hashed anew, straight from the definition.
class Leaves {
 public:
  void add(BytesView record) {
    hashes_.push_back(leaf_hash(hasher_, record));
    tree_.append(hasher_, record);
    roots_.push_back(tree_.root(hasher_));
  }
  [[nodiscard]] Subtrees subtrees() {
    return [this](Subtree wanted) -> Result<Sha256> {
      const std::uint64_t count = std::uint64_t{1} << wanted.level;
      EXPECT_LE((wanted.index + 1) * count, hashes_.size()) << "beyond the leaves";
      return root(wanted.index * count, count);
    };
  }
  [[nodiscard]] Sha256 root(std::uint64_t first, std::uint64_t count) {
    if (count == 1) return hashes_.at(first);
    const std::uint64_t split = std::bit_floor(count - 1);
    const Sha256 left = root(first, split);
    return node_hash(hasher_, left, root(first + split, count - split));
  }
  [[nodiscard]] Sha256 root_at(std::uint64_t size) {
    return size == 0 ? hasher_.finish() : roots_.at(size - 1);
  }
  [[nodiscard]] const Sha256& leaf(std::uint64_t index) const { return hashes_.at(index); }

 private:
  Hasher hasher_{};
  std::vector<Sha256> hashes_{};
  std::vector<Sha256> roots_{};
  MerkleTree tree_{};
};

Leaves many_leaves() {
  Leaves leaves;
  for (std::uint64_t i = 0; i < sizes_max; ++i) {
    leaves.add(Bytes(i % 11 + 1, static_cast<std::byte>(i)));
  }
  return leaves;
}

Leaves transparency_leaves() {
  Leaves leaves;
  for (const char* input : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"}) {
    leaves.add(bytes_of(input));
  }
  return leaves;
}

std::vector<std::string> hex_of(const std::vector<Sha256>& hashes) {
  std::vector<std::string> text;
  for (const Sha256& hash : hashes) text.push_back(to_hex(hash));
  return text;
}

// The proofs that Certificate Transparency's implementations share, over those eight leaves.
const std::string leaf_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const std::string pair_1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const std::string half_1 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const std::string leaf_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const std::string pair_2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const std::string pair_3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const std::string half_0 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
const std::string pair_0 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
const std::string leaf_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

TEST(MerkleProof, has_the_inclusion_proofs_of_certificate_transparency) {
  Leaves leaves = transparency_leaves();
  Hasher hasher;
  const auto proof = [&](std::uint64_t index, std::uint64_t size) {
    return hex_of(inclusion_proof(hasher, index, size, leaves.subtrees()).value());
  };
  using Hashes = std::vector<std::string>;
  EXPECT_EQ(proof(0, 1), Hashes{});
  EXPECT_EQ(proof(0, 8), (Hashes{leaf_1, pair_1, half_1}));
  EXPECT_EQ(proof(5, 8), (Hashes{leaf_4, pair_3, half_0}));
  EXPECT_EQ(proof(2, 3), (Hashes{pair_0}));
  EXPECT_EQ(proof(1, 5), (Hashes{leaf_0, pair_1, leaf_4}));
}

TEST(MerkleProof, has_the_consistency_proofs_of_certificate_transparency) {
  Leaves leaves = transparency_leaves();
  Hasher hasher;
  const auto proof = [&](std::uint64_t old, std::uint64_t size) {
    return hex_of(consistency_proof(hasher, old, size, leaves.subtrees()).value());
  };
  using Hashes = std::vector<std::string>;
  EXPECT_EQ(proof(1, 1), Hashes{});
  EXPECT_EQ(proof(1, 8), (Hashes{leaf_1, pair_1, half_1}));
  EXPECT_EQ(proof(6, 8), (Hashes{pair_2, pair_3, half_0}));
  EXPECT_EQ(proof(2, 5), (Hashes{pair_1, leaf_4}));
}

TEST(MerkleProof, the_root_of_every_size_follows_from_complete_subtrees) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 0; size <= sizes_max; ++size) {
    ASSERT_EQ(root_of(hasher, size, leaves.subtrees()).value(), leaves.root_at(size)) << size;
  }
}

TEST(MerkleProof, every_leaf_is_proven_in_every_tree) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 1; size <= sizes_max; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto hashes = inclusion_proof(hasher, index, size, leaves.subtrees()).value();
      const Inclusion claim{index, size, leaves.leaf(index), leaves.root_at(size)};
      ASSERT_TRUE(verify_inclusion(hasher, claim, hashes)) << index << " of " << size;
    }
  }
}

TEST(MerkleProof, every_tree_is_a_beginning_of_every_larger_one) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 0; size <= sizes_max; ++size) {
    for (std::uint64_t old = 0; old <= size; ++old) {
      const auto hashes = consistency_proof(hasher, old, size, leaves.subtrees()).value();
      const Consistency claim{old, size, leaves.root_at(old), leaves.root_at(size)};
      ASSERT_TRUE(verify_consistency(hasher, claim, hashes)) << old << " in " << size;
    }
  }
}

// Each way to make a proof wrong: one hash changed, one missing, one more, two swapped.
std::vector<std::vector<Sha256>> spoiled(const std::vector<Sha256>& hashes) {
  std::vector<std::vector<Sha256>> all;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    auto changed = hashes;
    changed[i][i % 32] ^= 1;
    all.push_back(changed);
    auto shorter = hashes;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    all.push_back(shorter);
    auto longer = hashes;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), hashes[i]);
    all.push_back(longer);
    if (i > 0) {
      auto swapped = hashes;
      std::swap(swapped[i - 1], swapped[i]);
      all.push_back(swapped);
    }
  }
  auto longer = hashes;
  longer.push_back({});
  all.push_back(longer);
  return all;
}

TEST(MerkleProof, an_inclusion_that_was_changed_anywhere_fails) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 1; size <= 70; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto hashes = inclusion_proof(hasher, index, size, leaves.subtrees()).value();
      const Inclusion claim{index, size, leaves.leaf(index), leaves.root_at(size)};
      for (const auto& wrong : spoiled(hashes)) {
        ASSERT_FALSE(verify_inclusion(hasher, claim, wrong)) << index << " of " << size;
      }
      for (std::uint64_t other = 0; other <= size; ++other) {
        Inclusion elsewhere = claim;
        elsewhere.index = other;
        ASSERT_EQ(verify_inclusion(hasher, elsewhere, hashes), other == index);
      }
      Inclusion wrong = claim;
      wrong.root[3] ^= 1;
      ASSERT_FALSE(verify_inclusion(hasher, wrong, hashes));
      wrong = claim;
      wrong.leaf[3] ^= 1;
      ASSERT_FALSE(verify_inclusion(hasher, wrong, hashes));
    }
  }
}

TEST(MerkleProof, an_inclusion_needs_a_tree_of_its_own_height) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 1; size <= 70; ++size) {
    const auto hashes = inclusion_proof(hasher, 0, size, leaves.subtrees()).value();
    Inclusion claim{0, size, leaves.leaf(0), leaves.root_at(size)};
    for (claim.size = 0; claim.size <= 140; ++claim.size) {
      // The first leaf's path has one hash for each level, whatever the rest of the tree is.
      const bool same_height =
          claim.size > 0 && std::bit_width(claim.size - 1) == std::bit_width(size - 1);
      ASSERT_EQ(verify_inclusion(hasher, claim, hashes), same_height) << claim.size;
    }
  }
}

TEST(MerkleProof, a_consistency_that_was_changed_anywhere_fails) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 1; size <= 70; ++size) {
    for (std::uint64_t old = 1; old <= size; ++old) {
      const auto hashes = consistency_proof(hasher, old, size, leaves.subtrees()).value();
      const Consistency claim{old, size, leaves.root_at(old), leaves.root_at(size)};
      for (const auto& wrong : spoiled(hashes)) {
        ASSERT_FALSE(verify_consistency(hasher, claim, wrong)) << old << " in " << size;
      }
      Consistency wrong = claim;
      wrong.old_root[3] ^= 1;
      ASSERT_FALSE(verify_consistency(hasher, wrong, hashes)) << old << " in " << size;
      wrong = claim;
      wrong.new_root[3] ^= 1;
      ASSERT_FALSE(verify_consistency(hasher, wrong, hashes)) << old << " in " << size;
      wrong = claim;
      wrong.old_size = size + 1;
      ASSERT_FALSE(verify_consistency(hasher, wrong, hashes)) << old << " in " << size;
    }
  }
}

TEST(MerkleProof, a_consistency_needs_a_tree_of_its_own_height) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  for (std::uint64_t size = 2; size <= 70; ++size) {
    const auto hashes = consistency_proof(hasher, 1, size, leaves.subtrees()).value();
    Consistency claim{1, size, leaves.root_at(1), leaves.root_at(size)};
    for (claim.new_size = 0; claim.new_size <= 140; ++claim.new_size) {
      // As for the first leaf's inclusion: the old tree is that leaf.
      const bool same_height =
          claim.new_size > 1 && std::bit_width(claim.new_size - 1) == std::bit_width(size - 1);
      ASSERT_EQ(verify_consistency(hasher, claim, hashes), same_height) << claim.new_size;
    }
  }
}

TEST(MerkleProof, a_forked_tree_is_no_beginning) {
  Leaves ours = many_leaves();
  Leaves theirs;
  for (std::uint64_t i = 0; i < sizes_max; ++i) {
    theirs.add(Bytes(i % 11 + 1, static_cast<std::byte>(i == 17 ? 99 : i)));
  }
  Hasher hasher;
  for (std::uint64_t old = 18; old <= 100; ++old) {
    const auto hashes = consistency_proof(hasher, old, 150, theirs.subtrees()).value();
    const Consistency claim{old, 150, ours.root_at(old), theirs.root_at(150)};
    ASSERT_FALSE(verify_consistency(hasher, claim, hashes)) << old;
  }
}

TEST(MerkleProof, nothing_is_a_beginning_of_everything_only_under_its_own_root) {
  Leaves leaves = many_leaves();
  Hasher hasher;
  Consistency claim{0, 5, leaves.root_at(0), leaves.root_at(5)};
  EXPECT_TRUE(verify_consistency(hasher, claim, {}));
  EXPECT_FALSE(verify_consistency(hasher, claim, std::vector<Sha256>(1)));
  claim.old_root[0] ^= 1;
  EXPECT_FALSE(verify_consistency(hasher, claim, {}));
}

TEST(MerkleProof, a_subtree_that_cannot_be_read_ends_it) {
  Hasher hasher;
  const Subtrees none = [](Subtree) -> Result<Sha256> {
    return failure(ErrorCode::damaged, "the block is missing");
  };
  EXPECT_FALSE(root_of(hasher, 5, none).has_value());
  EXPECT_FALSE(inclusion_proof(hasher, 3, 5, none).has_value());
  EXPECT_FALSE(consistency_proof(hasher, 3, 5, none).has_value());
}

TEST(MerkleTree, gives_the_roots_of_its_pages_as_they_fill) {
  Leaves leaves;
  MerkleTree tree;
  Hasher hasher;
  std::vector<Sha256> pages;
  for (std::uint64_t i = 0; i < 5 * page_leaves + 7; ++i) {
    const Bytes record(3, static_cast<std::byte>(i % 251));
    leaves.add(record);
    tree.append(hasher, record, &pages);
  }
  ASSERT_EQ(pages.size(), 5u);
  for (std::uint64_t i = 0; i < pages.size(); ++i) {
    EXPECT_EQ(pages[i], leaves.root(i * page_leaves, page_leaves)) << i;
  }
}

TEST(MerkleProof, a_consistency_proof_holds_the_old_tree_itself) {
  Leaves leaves;
  Hasher hasher;
  std::vector<MerkleTree> trees(1);
  for (std::uint64_t n = 1; n <= 70; ++n) {
    const Bytes record(8, static_cast<std::byte>(n));
    leaves.add(record);
    trees.push_back(trees.back());
    trees.back().append(hasher, record);
  }
  for (std::uint64_t size = 1; size < trees.size(); ++size) {
    for (std::uint64_t old = 0; old < size; ++old) {
      const auto hashes = consistency_proof(hasher, old, size, leaves.subtrees());
      ASSERT_TRUE(hashes.has_value());
      const Consistency claim{old, size, trees[old].root(hasher), trees[size].root(hasher)};
      EXPECT_EQ(old_tree(claim, *hashes), trees[old]) << old << " of " << size;
    }
  }
}

}  // namespace
}  // namespace doorstep::proof
