#include "services/intake/cell.h"

#include <gtest/gtest.h>

namespace doorstep::intake {
namespace {

TEST(Cell, what_nobody_sees_around_it_does_not_count) {
  EXPECT_EQ(trimmed(" \t HZ 1\r\n"), "HZ 1");
  EXPECT_EQ(trimmed("\u3000户\u00a0\u200b\ufeff"), "户");
  EXPECT_EQ(trimmed("\u200b \u3000"), "");
}

TEST(Cell, what_nobody_sees_inside_it_is_found) {
  EXPECT_EQ(invisible_letter_in("HZ 1（东）"), std::nullopt);
  EXPECT_EQ(invisible_letter_in("HZ\u200b1"), "U+200B");
  EXPECT_EQ(invisible_letter_in("a\nb"), "U+000A");
  for (const char* text : {"a\u200db", "a\u2060b", "a\ufeffb", "a\u00adb", "a\u202eb", "a\u2066b",
                           "a\u3164b", "a\ufe0fb", "a\u034fb", "a\u180eb", "a\U000e0041b"}) {
    EXPECT_TRUE(invisible_letter_in(text)) << text;
  }
}

TEST(Cell, what_looks_the_same_has_one_form) {
  EXPECT_EQ(normal_form("ＨＺ１"), "HZ1");
  EXPECT_EQ(normal_form("HZ\u3000１"), "HZ 1");
  EXPECT_EQ(normal_form("e\u0301"), "\u00e9");
  EXPECT_EQ(normal_form("\u0661\u0662\u06f3\u0967"), "1231") << "digits of other scripts";
  EXPECT_EQ(normal_form("\U0001d7ce\U0001d7d9"), "01") << "mathematical digits";
  EXPECT_EQ(normal_form("户-1"), "户-1");
}

TEST(Cell, headings_are_compared_without_what_spreadsheets_put_into_them) {
  EXPECT_EQ(heading_form("户籍\n人数"), heading_form("户籍人数"));
  EXPECT_EQ(heading_form("Dwelling Key"), heading_form("dwelling_key"));
  EXPECT_EQ(heading_form("ＫＥＹ\u200b"), "key");
  EXPECT_NE(heading_form("key"), heading_form("kind"));
}

TEST(Cell, a_long_one_is_shown_in_part) {
  EXPECT_EQ(shortened("户编号", 9), "户编号");
  EXPECT_EQ(shortened("户编号", 8), "户编…");
}

}  // namespace
}  // namespace doorstep::intake
