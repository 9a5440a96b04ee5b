#include "common/domain/area.h"

#include <gtest/gtest.h>

namespace doorstep {
namespace {

constexpr AreaCode county{43122400000000000};
constexpr AreaCode township{43122410000000000};
constexpr AreaCode village{43122410000100000};
constexpr AreaCode grid{43122410000100100};
constexpr AreaCode micro_grid{43122410000100102};

TEST(AreaCode, its_level_is_that_of_its_last_digits) {
  EXPECT_EQ(level_of(county), AreaLevel::county);
  EXPECT_EQ(level_of(township), AreaLevel::township);
  EXPECT_EQ(level_of(village), AreaLevel::village);
  EXPECT_EQ(level_of(grid), AreaLevel::grid);
  EXPECT_EQ(level_of(micro_grid), AreaLevel::micro_grid);
}

TEST(AreaCode, its_parent_is_one_level_up_until_nothing_is_known) {
  EXPECT_EQ(parent(micro_grid), grid);
  EXPECT_EQ(parent(grid), village);
  EXPECT_EQ(parent(village), township);
  EXPECT_EQ(parent(township), county);
  EXPECT_EQ(parent(county), AreaCode{});
  EXPECT_EQ(parent(AreaCode{}), AreaCode{});
}

TEST(AreaCode, every_number_has_a_parent_chain_that_ends) {
  for (const std::uint64_t value :
       {1ull, 99ull, 100ull, 12'345ull, 99'999'999'999ull, 18'446'744'073'709'551'615ull}) {
    AreaCode code{value};
    int levels = 0;
    for (; code.is_known(); code = parent(code)) ++levels;
    EXPECT_LE(levels, 5) << value;
  }
}

TEST(AreaCode, an_area_contains_itself_and_what_is_below) {
  EXPECT_TRUE(contains(village, village));
  EXPECT_TRUE(contains(village, micro_grid));
  EXPECT_FALSE(contains(grid, village));
  EXPECT_FALSE(contains(village, AreaCode{43122410000200000}));
  EXPECT_FALSE(contains(AreaCode{}, AreaCode{}));
  EXPECT_EQ(last_in(village), AreaCode{43122410000199999});
}

TEST(AreaCode, is_written_as_the_prefix_of_its_level) {
  EXPECT_EQ(to_string(county), "431224");
  EXPECT_EQ(to_string(township), "431224100");
  EXPECT_EQ(to_string(village), "431224100001");
  EXPECT_EQ(to_string(grid), "431224100001001");
  EXPECT_EQ(to_string(micro_grid), "43122410000100102");
  EXPECT_EQ(to_string(AreaCode{}), "0");
}

TEST(AreaCode, reads_back_from_a_prefix_or_the_national_form) {
  for (const AreaCode code : {county, township, village, grid, micro_grid}) {
    EXPECT_EQ(parse_area(to_string(code)), code);
  }
  EXPECT_EQ(parse_area("431224000000"), county);
}

TEST(AreaCode, refuses_what_is_no_code) {
  for (const char* text : {"", "0", "43122", "4312241", "43122a", "031224", "-31224", " 431224",
                           "431224100001001020"}) {
    EXPECT_EQ(parse_area(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace doorstep
