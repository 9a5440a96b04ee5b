#include "services/intake/same_name.h"

#include <gtest/gtest.h>

namespace doorstep::intake {
namespace {

TEST(SameName, blanks_width_case_and_what_is_invisible_make_no_difference) {
  for (const char* name : {"第2轮 A", " 第２轮\u3000ａ", "第\u200b2轮a\ufeff", "第 2 轮 \tA"}) {
    EXPECT_EQ(seen_of_name(name), "第2轮a") << name;
  }
}

TEST(SameName, other_letters_and_their_order_do) {
  EXPECT_NE(seen_of_name("第2轮"), seen_of_name("第3轮"));
  EXPECT_NE(seen_of_name("ab"), seen_of_name("ba"));
  EXPECT_NE(seen_of_name("溆浦"), seen_of_name("叙浦"));
}

TEST(SameName, nothing_is_seen_of_blanks) {
  EXPECT_EQ(seen_of_name(""), "");
  EXPECT_EQ(seen_of_name(" \u3000\u200b\u202f"), "");
}

}  // namespace
}  // namespace doorstep::intake
