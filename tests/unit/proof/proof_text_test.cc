#include "common/proof/proof_text.h"

#include <gtest/gtest.h>

namespace doorstep::proof {
namespace {

std::vector<Sha256> some_hashes(std::size_t count) {
  std::vector<Sha256> hashes(count);
  for (std::size_t i = 0; i < count; ++i) hashes[i].fill(static_cast<std::uint8_t>(i + 1));
  return hashes;
}

constexpr std::string_view note = "origin\n5\nroot\n\n\u2014 a AAAAAAAA\n";

TEST(ProofText, an_inclusion_is_written_as_published) {
  const InclusionText proof{.extra = Bytes(3, std::byte{0x61}),
                            .index = 7,
                            .hashes = some_hashes(1),
                            .checkpoint = std::string{note}};
  EXPECT_EQ(to_string(proof),
            "c2sp.org/tlog-proof@v1\nextra YWFh\nindex 7\n"
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n" +
                std::string{note});
  EXPECT_EQ(parse_inclusion(to_string(proof)).value(), proof);
}

TEST(ProofText, an_inclusion_may_lack_extra_data_and_hashes) {
  const InclusionText proof{.index = 0, .checkpoint = std::string{note}};
  EXPECT_EQ(to_string(proof), "c2sp.org/tlog-proof@v1\nindex 0\n\n" + std::string{note});
  EXPECT_EQ(parse_inclusion(to_string(proof)).value(), proof);
}

TEST(ProofText, a_consistency_is_written_as_a_witness_takes_it) {
  const ConsistencyText proof{
      .old_size = 3, .hashes = some_hashes(2), .checkpoint = std::string{note}};
  EXPECT_EQ(to_string(proof),
            "old 3\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
            "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\n" +
                std::string{note});
  EXPECT_EQ(parse_consistency(to_string(proof)).value(), proof);
}

TEST(ProofText, has_limits) {
  EXPECT_TRUE(parse_consistency(to_string(ConsistencyText{1, some_hashes(63), "x"})).has_value());
  EXPECT_FALSE(parse_consistency(to_string(ConsistencyText{1, some_hashes(64), "x"})).has_value());
  EXPECT_TRUE(parse_inclusion(to_string(InclusionText{{}, 1, some_hashes(64), "x"})).has_value());
  EXPECT_FALSE(parse_inclusion(to_string(InclusionText{{}, 1, some_hashes(65), "x"})).has_value());
}

// Everything before the note has one spelling: a change is refused, or reads as something else.
TEST(ProofText, a_changed_character_is_never_read_as_the_same) {
  const InclusionText inclusion{.extra = Bytes(4, std::byte{0x61}),
                                .index = 17,
                                .hashes = some_hashes(3),
                                .checkpoint = std::string{note}};
  const ConsistencyText consistency{
      .old_size = 30, .hashes = some_hashes(3), .checkpoint = std::string{note}};
  for (const char with : {'0', 'A', '=', '\n', ' ', '\0', '-'}) {
    const std::string first = to_string(inclusion);
    for (std::size_t i = 0; i < first.size(); ++i) {
      std::string changed = first;
      changed[i] = with;
      if (changed == first) continue;
      const auto parsed = parse_inclusion(changed);
      EXPECT_TRUE(!parsed || *parsed != inclusion) << changed;
      EXPECT_TRUE(!parsed || to_string(*parsed) == changed) << changed;
    }
    const std::string second = to_string(consistency);
    for (std::size_t i = 0; i < second.size(); ++i) {
      std::string changed = second;
      changed[i] = with;
      if (changed == second) continue;
      const auto parsed = parse_consistency(changed);
      EXPECT_TRUE(!parsed || *parsed != consistency) << changed;
      EXPECT_TRUE(!parsed || to_string(*parsed) == changed) << changed;
    }
  }
}

TEST(ProofText, what_is_cut_short_is_refused) {
  const std::string inclusion = to_string(InclusionText{{}, 3, some_hashes(2), ""});
  for (std::size_t size = 0; size < inclusion.size(); ++size) {
    EXPECT_FALSE(parse_inclusion(inclusion.substr(0, size)).has_value()) << size;
  }
  const std::string consistency = to_string(ConsistencyText{3, some_hashes(2), ""});
  for (std::size_t size = 0; size < consistency.size(); ++size) {
    EXPECT_FALSE(parse_consistency(consistency.substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace doorstep::proof
