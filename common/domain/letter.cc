#include "common/domain/letter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace doorstep {
namespace {

struct Range {
  char32_t first{};
  char32_t last{};
};

// Unicode's control characters, its default-ignorable code points, line and paragraph ends, and the
// Braille pattern without dots.
constexpr std::array hidden{
    Range{0x00, 0x1f},       Range{0x7f, 0x9f},       Range{0xad, 0xad},
    Range{0x34f, 0x34f},     Range{0x61c, 0x61c},     Range{0x115f, 0x1160},
    Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},   Range{0x200b, 0x200f},
    Range{0x2028, 0x202e},   Range{0x2060, 0x206f},   Range{0x2800, 0x2800},
    Range{0x3164, 0x3164},   Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},
    Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},   Range{0x1bca0, 0x1bca3},
    Range{0x1d173, 0x1d17a}, Range{0xe0000, 0xe0fff},
};

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

// The smallest code that needs so many bytes: anything below is an overlong form.
constexpr std::array<char32_t, 5> least_of_bytes{0, 0, 0x80, 0x800, 0x10000};

void append_escape(std::string& to, char32_t code) {
  switch (code) {
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), code > 0xffff ? "\\U%08x" : "\\u%04x",
                static_cast<unsigned>(code));
  to += text.data();
}

void append_byte(std::string& to, unsigned char byte) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\x%02x", byte);
  to += text.data();
}

}  // namespace

Letter first_letter(std::string_view text) {
  const unsigned char first = byte_at(text, 0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {};
  char32_t code = first & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const unsigned char more = byte_at(text, i);
    if ((more & 0xc0) != 0x80) return {};
    code = code << 6 | (more & 0x3fU);
  }
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least_of_bytes[bytes] || is_surrogate || code > 0x10ffff) return {};
  return {code, bytes};
}

bool is_hidden(char32_t code) {
  return std::ranges::any_of(
      hidden, [code](Range range) { return code >= range.first && code <= range.last; });
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

std::string visible(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (true) {
    const auto plain = static_cast<std::size_t>(
        std::distance(text.begin(), std::ranges::find_if_not(text, is_plain)));
    shown += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return shown;
    const Letter letter = first_letter(text);
    if (letter.bytes == 0) {
      append_byte(shown, byte_at(text, 0));
    } else if (is_hidden(letter.code)) {
      append_escape(shown, letter.code);
    } else {
      shown += text.substr(0, letter.bytes);
    }
    text.remove_prefix(std::max<std::size_t>(letter.bytes, 1));
  }
}

}  // namespace doorstep
