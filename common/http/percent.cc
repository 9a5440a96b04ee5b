#include "common/http/percent.h"

#include <algorithm>
#include <cstdint>

namespace doorstep::web {

namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

// How many bytes follow the first one of a UTF-8 sequence, and the least code point that needs so
// many.
struct Sequence {
  std::size_t more{};
  std::uint32_t first_bits{};
  std::uint32_t least{};
};
std::optional<Sequence> sequence_of(unsigned char first) {
  if (first < 0x80) return Sequence{0, first, 0};
  if ((first & 0xe0) == 0xc0) return Sequence{1, first & 0x1fU, 0x80};
  if ((first & 0xf0) == 0xe0) return Sequence{2, first & 0x0fU, 0x800};
  if ((first & 0xf8) == 0xf0) return Sequence{3, first & 0x07U, 0x10000};
  return std::nullopt;
}

// Valid UTF-8 without control characters.
bool is_plain_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto sequence = sequence_of(static_cast<unsigned char>(text[at]));
    if (!sequence || text.size() - at <= sequence->more) return false;
    std::uint32_t code_point = sequence->first_bits;
    for (std::size_t i = 1; i <= sequence->more; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if ((byte & 0xc0) != 0x80) return false;
      code_point = code_point << 6 | (byte & 0x3fU);
    }
    const bool is_surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    const bool is_control = code_point < 0x20 || code_point == 0x7f;
    if (code_point < sequence->least || code_point > 0x10ffff) return false;
    if (is_surrogate || is_control) return false;
    at += sequence->more + 1;
  }
  return true;
}

enum class Plus : std::uint8_t { literal, space };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus == Plus::space) {
      decoded += ' ';
    } else if (text[at] != '%') {
      decoded += text[at];
    } else {
      if (text.size() - at < 3) return std::nullopt;
      const auto high = hex_digit(text[at + 1]);
      const auto low = hex_digit(text[at + 2]);
      if (!high || !low) return std::nullopt;
      decoded += static_cast<char>(*high << 4 | *low);
      at += 2;
    }
  }
  if (!is_plain_text(decoded)) return std::nullopt;
  return decoded;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  // A fragment is for the client alone.
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t mark = std::min(target.find('?'), target.size());
  auto path = decode(target.substr(0, mark), Plus::literal);
  if (!path) return std::nullopt;
  Target parsed{.path = std::move(*path)};
  for (std::size_t at = mark; at < target.size();) {
    const std::size_t end = std::min(target.find('&', at + 1), target.size());
    const std::string_view pair = target.substr(at + 1, end - at - 1);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value_text = pair.substr(std::min(equals + 1, pair.size()));
    const auto name = decode(pair.substr(0, equals), Plus::space);
    const auto value = decode(value_text, Plus::space);
    if (!name || !value) return std::nullopt;
    if (!name->empty()) {
      const auto [entry, is_new] = parsed.query.try_emplace(*name, *value);
      if (!is_new) entry->second += ',' + *value;
    }
    at = end;
  }
  return parsed;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_unreserved =
        is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_unreserved) {
      encoded += c;
    } else {
      encoded += {'%', digits[byte >> 4], digits[byte & 0xf]};
    }
  }
  return encoded;
}

}  // namespace doorstep::web
