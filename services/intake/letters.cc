#include "services/intake/letters.h"

#include <iconv.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <string>

#include "common/domain/assert.h"
#include "common/domain/letter.h"

namespace doorstep::intake {
namespace {

struct Range {
  std::uint32_t first{};
  std::uint32_t last{};
};

bool is_in(std::uint32_t value, Range range) { return value >= range.first && value <= range.last; }

// Unicode blocks whose letters stand in Chinese lists. Greek, Cyrillic, accented Latin and the
// like, which GB18030 read as UTF-8 comes out as, are not among them.
constexpr Range listed[] = {
    {0xa0, 0xa0},        // no-break space
    {0xad, 0xad},        // soft hyphen: nobody sees it, cells are looked through for it later
    {0xb0, 0xb1},        // ° ±
    {0xb7, 0xb7},        // ·
    {0xd7, 0xd7},        // ×
    {0xf7, 0xf7},        // ÷
    {0x2000, 0x206f},    // general punctuation
    {0x2100, 0x218f},    // letter-like signs, Roman numbers
    {0x2190, 0x2193},    // arrows
    {0x2460, 0x24ff},    // numbers in circles
    {0x25a0, 0x26ff},    // signs to tick and mark
    {0x2700, 0x27bf},    // likewise
    {0x2e80, 0x303f},    // radicals, Chinese punctuation
    {0x3220, 0x33ff},    // letters in circles, units
    {0x3400, 0x4dbf},    // Chinese letters
    {0x4e00, 0x9fff},    // likewise
    {0xe000, 0xf8ff},    // private use: where GB18030 kept rare letters of names
    {0xf900, 0xfaff},    // Chinese letters
    {0xfe00, 0xfe0f},    // variants of letters
    {0xfe30, 0xfe4f},    // Chinese punctuation
    {0xfeff, 0xfeff},    // byte order mark
    {0xff00, 0xffef},    // full-width letters and digits
    {0x20000, 0x3ffff},  // Chinese letters
    {0xe0100, 0xe01ef},  // variants of letters
};

bool is_level_1(Range pair) {
  const auto [lead, trail] = pair;
  return is_in(lead, {0xb0, 0xd7}) && trail >= 0xa1 && !(lead == 0xd7 && trail > 0xf9);
}

bool is_gb_likely(Range pair) {
  return is_level_1(pair) || (is_in(pair.first, {0xa1, 0xa3}) && pair.last >= 0xa1);
}

// Which letters of Unicode are of level 1: the C library knows.
std::bitset<0x10000> find_level_1() {
  std::string pairs;
  for (std::uint32_t lead = 0xb0; lead <= 0xd7; ++lead) {
    for (std::uint32_t trail = 0xa1; trail <= 0xfe; ++trail) {
      if (!is_level_1({lead, trail})) continue;
      pairs += static_cast<char>(lead);
      pairs += static_cast<char>(trail);
    }
  }
  std::u16string letters(pairs.size() / 2, u'\0');
  const iconv_t converter = iconv_open("UTF-16LE", "GB18030");
  char* from = pairs.data();
  std::size_t from_left = pairs.size();
  char* to = reinterpret_cast<char*>(letters.data());
  std::size_t to_left = letters.size() * sizeof(char16_t);
  const std::size_t result = iconv(converter, &from, &from_left, &to, &to_left);
  DOORSTEP_ASSERT(result == 0 && to_left == 0);
  iconv_close(converter);
  std::bitset<0x10000> level_1;
  for (const char16_t letter : letters) level_1.set(letter);
  return level_1;
}

bool is_common(std::uint32_t letter) {
  static const std::bitset<0x10000> level_1 = find_level_1();
  return is_in(letter, {0x3000, 0x303f}) || is_in(letter, {0xff00, 0xffef}) ||
         (letter < level_1.size() && level_1.test(letter));
}

bool is_big5_likely(Range pair) {
  const auto [lead, trail] = pair;
  return is_in(lead, {0xa1, 0xa3}) || is_in(lead, {0xa4, 0xc5}) || (lead == 0xc6 && trail <= 0x7e);
}

bool is_gb_trail(std::uint32_t byte) {
  return is_in(byte, {0x40, 0x7e}) || is_in(byte, {0x80, 0xfe});
}
bool is_big5_trail(std::uint32_t byte) {
  return is_in(byte, {0x40, 0x7e}) || is_in(byte, {0xa1, 0xfe});
}

// The bytes from `at` on, 0 beyond the end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_{bytes} {}
  [[nodiscard]] std::uint32_t operator[](std::size_t at) const {
    return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0;
  }

 private:
  std::string_view bytes_;
};

bool is_four_bytes(const Bytes& bytes, std::size_t at) {
  return is_in(bytes[at + 1], {0x30, 0x39}) && is_in(bytes[at + 2], {0x81, 0xfe}) &&
         is_in(bytes[at + 3], {0x30, 0x39});
}

void skip_ascii(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80) ++end;
  text.remove_prefix(end);
}

}  // namespace

Letters as_utf8(std::string_view text) {
  Letters letters;
  for (skip_ascii(text); !text.empty(); skip_ascii(text)) {
    const Letter letter = first_letter(text);
    if (letter.bytes == 0) return {.is_valid = false};
    ++letters.all;
    letters.likely +=
        std::ranges::any_of(listed, [&](Range range) { return is_in(letter.code, range); });
    letters.common += is_common(letter.code);
    text.remove_prefix(letter.bytes);
  }
  return letters;
}

Letters as_gb18030(std::string_view text) {
  Letters letters;
  const Bytes bytes{text};
  for (std::size_t at = 0; at < text.size();) {
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    if (!is_in(bytes[at], {0x81, 0xfe})) return {.is_valid = false};
    const bool is_pair = is_gb_trail(bytes[at + 1]);
    if (!is_pair && !is_four_bytes(bytes, at)) return {.is_valid = false};
    ++letters.all;
    letters.likely += is_pair && is_gb_likely({bytes[at], bytes[at + 1]});
    at += is_pair ? 2 : 4;
  }
  return letters;
}

Letters as_big5(std::string_view text) {
  Letters letters;
  const Bytes bytes{text};
  for (std::size_t at = 0; at < text.size();) {
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    const bool is_pair = is_in(bytes[at], {0xa1, 0xf9}) && is_big5_trail(bytes[at + 1]);
    if (!is_pair) return {.is_valid = false};
    ++letters.all;
    letters.likely += is_big5_likely({bytes[at], bytes[at + 1]});
    at += 2;
  }
  return letters;
}

}  // namespace doorstep::intake
