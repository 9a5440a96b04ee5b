// Golden files: bytes that were written once and must be read for ever. A missing file fails the
// test; with DOORSTEP_WRITE_GOLDEN=1 in the environment it is written (for new events and messages
// only, never anew).
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "common/seam/messages.h"

namespace doorstep::test {

// Hexadecimal, 32 bytes a line, so that a change shows in a diff.
[[nodiscard]] inline std::string to_hex_lines(BytesView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<unsigned>(bytes[i]);
    text += digits[value >> 4];
    text += digits[value & 0xf];
    if (i % 32 == 31 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

[[nodiscard]] inline Bytes from_hex_lines(std::string_view text) {
  Bytes bytes;
  unsigned nibbles = 0;
  unsigned value = 0;
  for (const char c : text) {
    const std::size_t digit = std::string_view{"0123456789abcdef"}.find(c);
    if (digit == std::string_view::npos) continue;
    value = value * 16 + static_cast<unsigned>(digit);
    if (++nibbles % 2 == 0) {
      bytes.push_back(static_cast<std::byte>(value));
      value = 0;
    }
  }
  return bytes;
}

// The file's text. Empty where it is missing, after writing `fresh` if that was asked for.
[[nodiscard]] inline std::string golden_text(const std::filesystem::path& file,
                                             std::string_view fresh) {
  if (!std::filesystem::exists(file)) {
    if (std::getenv("DOORSTEP_WRITE_GOLDEN") != nullptr) std::ofstream{file} << fresh;
    return {};
  }
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace doorstep::test
