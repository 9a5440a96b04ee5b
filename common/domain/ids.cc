#include "common/domain/ids.h"

namespace doorstep {
namespace {

constexpr char digits[] = "0123456789abcdef";
// Offsets of the hyphens in the text form.
constexpr bool is_hyphen_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_string(Uuid uuid) {
  std::string text(36, '-');
  unsigned nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_hyphen_at(i)) continue;
    const std::uint64_t half = nibble < 16 ? uuid.high : uuid.low;
    text[i] = digits[(half >> (60 - 4 * (nibble % 16))) & 0xf];
    ++nibble;
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  unsigned nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_hyphen_at(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = nibble < 16 ? uuid.high : uuid.low;
    half = (half << 4) | static_cast<std::uint64_t>(value);
    ++nibble;
  }
  return uuid;
}

std::array<std::uint8_t, 16> to_bytes(Uuid uuid) {
  std::array<std::uint8_t, 16> bytes{};
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(uuid.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(uuid.low >> (56 - 8 * i));
  }
  return bytes;
}

Uuid uuid_from_bytes(std::span<const std::uint8_t, 16> bytes) {
  Uuid uuid;
  for (unsigned i = 0; i < 8; ++i) {
    uuid.high = (uuid.high << 8) | bytes[i];
    uuid.low = (uuid.low << 8) | bytes[8 + i];
  }
  return uuid;
}

Uuid with_version(Uuid uuid, unsigned version) {
  uuid.high = (uuid.high & ~0xf000ULL) | (static_cast<std::uint64_t>(version & 0xf) << 12);
  uuid.low = (uuid.low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  return uuid;
}

}  // namespace doorstep
