#include "common/domain/letter.h"

#include <gtest/gtest.h>

#include <string>

namespace doorstep {
namespace {

std::string utf8_of(char32_t code) {
  std::string bytes;
  const auto add = [&](char32_t byte) { bytes += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3f));
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  }
  return bytes;
}

TEST(Letter, every_letter_of_utf_8_is_read_as_itself) {
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const std::string bytes = utf8_of(code);
    const Letter letter = first_letter(bytes + "x");
    ASSERT_EQ(letter.code, code);
    ASSERT_EQ(letter.bytes, bytes.size());
  }
}

TEST(Letter, what_is_no_utf_8_is_none) {
  for (const std::string& bytes :
       {std::string{"\x80"}, std::string{"\xc0\xaf"}, std::string{"\xc3"}, std::string{"\xe4\xb8"},
        std::string{"\xe0\x80\x80"}, std::string{"\xed\xa0\x80"}, std::string{"\xf0\x80\x80\x80"},
        std::string{"\xf4\x90\x80\x80"}, std::string{"\xf8\x88\x80\x80\x80"}, std::string{"\xff"},
        utf8_of(0xd800)}) {
    EXPECT_EQ(first_letter(bytes).bytes, 0u) << visible(bytes);
  }
}

TEST(Visible, text_is_one_line_and_each_hidden_letter_shows) {
  EXPECT_EQ(visible("卢峰镇 1 \\ é"), "卢峰镇 1 \\ é");
  EXPECT_EQ(visible("两\n行\r\t"), "两\\n行\\r\\t");
  EXPECT_EQ(visible(std::string_view{"\x1b[31m\0\x7f", 7}), "\\u001b[31m\\u0000\\u007f");
  EXPECT_EQ(visible("a\u200bb\u202ec\ufeff\u0085"), "a\\u200bb\\u202ec\\ufeff\\u0085");
  EXPECT_EQ(visible("a\U000e0041"), "a\\U000e0041");
  EXPECT_EQ(visible("\xb1\xb1\xbe"), "\\xb1\\xb1\\xbe");
  EXPECT_EQ(visible(""), "");
}

TEST(Visible, nothing_that_it_gives_is_hidden_or_broken) {
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    std::string shown = visible(utf8_of(code));
    for (std::string_view rest = shown; !rest.empty();) {
      const Letter letter = first_letter(rest);
      ASSERT_NE(letter.bytes, 0u);
      ASSERT_FALSE(is_hidden(letter.code)) << static_cast<unsigned>(code);
      rest.remove_prefix(letter.bytes);
    }
  }
}

TEST(ControlCharacter, is_found_anywhere) {
  EXPECT_TRUE(has_control_character("a\n"));
  EXPECT_TRUE(has_control_character("\x7f"));
  EXPECT_FALSE(has_control_character("甲 a\u200b"));
}

}  // namespace
}  // namespace doorstep
