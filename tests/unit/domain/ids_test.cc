#include "common/domain/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "common/hash/sha256.h"

namespace doorstep {
namespace {

constexpr Uuid example{0x0197'2f1e'4c3a'7b2d, 0x9f01'2345'6789'abcd};

TEST(Ids, a_uuid_reads_back_from_its_text) {
  EXPECT_EQ(to_string(example), "01972f1e-4c3a-7b2d-9f01-23456789abcd");
  EXPECT_EQ(parse_uuid("01972f1e-4c3a-7b2d-9f01-23456789abcd"), example);
  EXPECT_EQ(parse_uuid("01972F1E-4C3A-7B2D-9F01-23456789ABCD"), example);
}

TEST(Ids, anything_but_the_36_characters_is_no_uuid) {
  for (const char* text :
       {"", "01972f1e-4c3a-7b2d-9f01-23456789abc", "01972f1e4c3a7b2d9f0123456789abcd",
        "01972f1e-4c3a-7b2d-9f01-23456789abcg", "{01972f1e-4c3a-7b2d-9f01-23456789abcd}",
        "01972f1e_4c3a-7b2d-9f01-23456789abcd"}) {
    EXPECT_EQ(parse_uuid(text), std::nullopt) << text;
  }
}

TEST(Ids, a_uuid_reads_back_from_its_bytes_and_they_are_big_endian) {
  const auto bytes = to_bytes(example);
  EXPECT_EQ(bytes[0], 0x01);
  EXPECT_EQ(bytes[15], 0xcd);
  EXPECT_EQ(uuid_from_bytes(bytes), example);
}

TEST(Ids, derived_ids_repeat_and_differ_by_each_part_of_their_cause) {
  const Instant at{1'647'993'600'000};
  const Uuid id = derived_id(at, "rule", example, 1);
  EXPECT_EQ(id, derived_id(at, "rule", example, 1));
  EXPECT_EQ(id.high >> 16, 1'647'993'600'000u);
  EXPECT_EQ((id.high >> 12) & 0xf, 7u);
  EXPECT_NE(id, derived_id(at, "rule", example, 2));
  EXPECT_NE(id, derived_id(at, "other", example, 1));
  EXPECT_NE(id, derived_id(at, "rule", {1, 2}, 1));
}

TEST(Ids, named_ids_keep_kind_and_name_apart) {
  EXPECT_EQ(named_id("household", "17"), named_id("household", "17"));
  EXPECT_NE(named_id("household", "17"), named_id("dwelling", "17"));
  EXPECT_NE(named_id("ab", "c"), named_id("a", "bc"));
  EXPECT_EQ((named_id("household", "17").high >> 12) & 0xf, 8u);
}

// Under a plain hash of both halves these would all fall onto one place.
TEST(Ids, that_were_chosen_to_collide_in_a_table_do_not) {
  std::set<std::size_t> upper;
  std::set<std::size_t> lower;
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    const std::uint64_t high = n * 0x9e37'79b9'7f4a'7c15;
    const std::size_t hash = std::hash<HouseholdId>{}({{high, high ^ 0x1234}});
    upper.insert(hash >> 54);
    lower.insert(hash & 0x3ff);
  }
  EXPECT_GT(upper.size(), 1'000u) << "of 1,024";
  EXPECT_GT(lower.size(), 1'000u) << "of 1,024";
}

TEST(Sha256, of_known_texts) {
  Hasher hasher;
  EXPECT_EQ(to_hex(hasher.add("abc").finish()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hasher.finish()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace doorstep
