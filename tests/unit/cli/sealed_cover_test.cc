#include "clients/cli/sealed_cover.h"

#include <gtest/gtest.h>

namespace doorstep::cli {
namespace {

SealedRange range(std::uint64_t first, std::uint64_t last) {
  return {Position{first}, Position{last}};
}

TEST(SealedCover, files_that_join_hold_everything_in_whatever_order_they_are_given) {
  EXPECT_FALSE(first_hole({range(11, 20), range(1, 10)}, Position{0}, Position{20}));
  EXPECT_FALSE(first_hole({range(11, 20), range(1, 10)}, Position{0}, Position{15}));
  EXPECT_FALSE(first_hole({range(1, 12), range(8, 20), range(3, 4)}, Position{0}, Position{20}));
  EXPECT_FALSE(first_hole({range(5, 20)}, Position{10}, Position{20})) << "begins below the floor";
}

TEST(SealedCover, the_first_hole_is_named) {
  EXPECT_EQ(first_hole({}, Position{3}, Position{9}), range(4, 9));
  EXPECT_EQ(first_hole({range(1, 10), range(13, 20)}, Position{0}, Position{20}), range(11, 12));
  EXPECT_EQ(first_hole({range(2, 10)}, Position{0}, Position{10}), range(1, 1));
  EXPECT_EQ(first_hole({range(1, 10)}, Position{0}, Position{14}), range(11, 14));
  EXPECT_EQ(first_hole({range(1, 10), range(40, 50)}, Position{0}, Position{20}), range(11, 20));
}

}  // namespace
}  // namespace doorstep::cli
