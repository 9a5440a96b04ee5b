// What `log cosign` makes of a witness's 409.
#include <gtest/gtest.h>

#include "clients/cli/witness_offers.h"

namespace doorstep::cli {
namespace {

TEST(Conflict, names_the_size_to_begin_from) {
  EXPECT_EQ(size_in_conflict("40\n", 0, 100), 40u);
  EXPECT_EQ(size_in_conflict("100\n", 0, 100), 100u);
  EXPECT_EQ(size_in_conflict("120\n", 100, 100), 120u);
  for (const char* wrong : {"", "hello\n", "40\n\n", "-1\n"}) {
    const auto size = size_in_conflict(wrong, 40, 100);
    ASSERT_FALSE(size.has_value()) << wrong;
    EXPECT_EQ(size.error().code, ErrorCode::invalid);
  }
}

TEST(Conflict, about_the_very_size_that_was_offered_is_another_history) {
  for (const char* said : {"100\n", "", "another root\n"}) {
    const auto size = size_in_conflict(said, 100, 100);
    ASSERT_FALSE(size.has_value()) << said;
    EXPECT_EQ(size.error().code, ErrorCode::conflict);
    EXPECT_NE(size.error().message.find("another history"), std::string::npos);
  }
}

}  // namespace
}  // namespace doorstep::cli
