// What letters some bytes hold when they are read as UTF-8, as GB18030 or as Big5, and which of
// them a Chinese list is likely to have. Pure. Sources: RFC 3629; GB/T 2312-1980 (level 1: the
// 3,755 letters in use, bytes B0A1 to D7F9); GB 18030-2005; Big5 (level 1: A440 to C67E).
#pragma once

#include <cstddef>
#include <string_view>

namespace doorstep::intake {

struct Letters {
  bool is_valid{true};   // the bytes can be read so
  std::size_t all{};     // letters beyond ASCII
  std::size_t likely{};  // of those, such as a Chinese list has
  std::size_t common{};  // of those, in everyday use

  Letters& operator+=(const Letters& more) {
    is_valid = is_valid && more.is_valid;
    all += more.all;
    likely += more.likely;
    common += more.common;
    return *this;
  }
  // Whether a larger part of the letters is likely than in `other`.
  [[nodiscard]] bool is_likelier_than(const Letters& other) const {
    return likely * other.all > other.likely * all;
  }
};

// Likely: Chinese letters, and the punctuation and signs beside them. Common: letters of level 1,
// Chinese punctuation, full-width letters and digits.
[[nodiscard]] Letters as_utf8(std::string_view bytes);
// Likely here means common: GB18030 has a letter for nearly every pair of bytes.
[[nodiscard]] Letters as_gb18030(std::string_view bytes);
[[nodiscard]] Letters as_big5(std::string_view bytes);

}  // namespace doorstep::intake
