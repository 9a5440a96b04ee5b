#include "common/proof/merkle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorstep::proof {
namespace {

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// The eight inputs and roots that Certificate Transparency's implementations share; recomputed with
// an independent program (Python's hashlib, straight from RFC 6962 §2.1).
const std::vector<std::string> inputs{"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> roots{
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(MerkleTree, has_the_roots_of_rfc_6962) {
  MerkleTree tree;
  Hasher hasher;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tree.append(hasher, from_hex(inputs[i]));
    EXPECT_EQ(tree.size(), i + 1);
    EXPECT_EQ(to_hex(tree.root(hasher)), roots[i]) << "of the first " << i + 1;
  }
}

TEST(MerkleTree, an_empty_one_has_the_hash_of_nothing) {
  Hasher hasher;
  EXPECT_EQ(to_hex(MerkleTree{}.root(hasher)),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The definition of RFC 6962 §2.1, word for word, as slow as it is.
Sha256 root_by_definition(Hasher& hasher, std::span<const Bytes> leaves) {
  if (leaves.size() == 1) return leaf_hash(hasher, leaves[0]);
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const Sha256 left = root_by_definition(hasher, leaves.first(split));
  const Sha256 right = root_by_definition(hasher, leaves.subspan(split));
  return node_hash(hasher, left, right);
}

TEST(MerkleTree, agrees_with_the_definition_for_every_size_up_to_200) {
  MerkleTree tree;
  Hasher hasher;
  std::vector<Bytes> leaves;
  for (unsigned i = 0; i < 200; ++i) {
    leaves.push_back(Bytes(i % 7 + 1, static_cast<std::byte>(i)));
    tree.append(hasher, leaves.back());
    ASSERT_EQ(tree.root(hasher), root_by_definition(hasher, leaves)) << leaves.size();
  }
}

TEST(MerkleTree, grows_by_what_leaves_made_of_it_as_by_the_leaves) {
  Hasher hasher;
  std::vector<MerkleTree> trees(1);
  for (unsigned i = 0; i < 130; ++i) {
    trees.push_back(trees.back());
    trees.back().append(hasher, Bytes(1, static_cast<std::byte>(i)));
  }
  for (std::size_t before = 0; before < trees.size(); ++before) {
    for (std::size_t after = before + 1; after < trees.size(); ++after) {
      MerkleTree grown = trees[before];
      grown.grow(trees[after].growth_since(before));
      ASSERT_EQ(grown, trees[after]) << before << " to " << after;
    }
  }
  EXPECT_EQ(trees[129].growth_since(128).peaks.size(), 1u) << "no more than the leaves made";
}

}  // namespace
}  // namespace doorstep::proof
