// The parts of a block as they are stored (docs/formats/block.md), read and written with memcpy,
// without padding. Only for the .cc files of this folder.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "common/wire/block.h"

namespace doorstep::wire {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

inline constexpr std::uint32_t block_magic = 0x4b425344;  // "DSBK"
inline constexpr std::uint8_t block_version = 1;
inline constexpr std::uint8_t block_version_in_pieces = 2;
enum class Codec : std::uint8_t { none = 0, lz4 = 1, lz4_pieces = 2 };

struct HeaderLayout {
  std::uint32_t magic;
  std::uint8_t version;
  Codec codec;
  std::uint16_t pieces;
  std::uint64_t first;
  std::uint64_t last;
  std::uint32_t events;
  std::uint32_t requests;
  std::uint32_t raw_bytes;
  std::uint32_t stored_bytes;
};
static_assert(sizeof(HeaderLayout) == block_header_bytes);

struct RequestLayout {
  std::array<std::uint8_t, 16> append_id;
  RequestDigest digest;
  std::uint64_t first;
  std::uint32_t events;
  std::uint32_t reserved;
};
static_assert(sizeof(RequestLayout) == request_entry_bytes);

struct PieceLayout {
  std::uint32_t records;
  std::uint32_t raw_bytes;
  std::uint32_t stored_bytes;
  std::uint32_t reserved;
};
inline constexpr std::size_t piece_entry_bytes = 16;
static_assert(sizeof(PieceLayout) == piece_entry_bytes);

struct StampLayout {
  std::uint64_t position;
  std::uint64_t revision;
  std::int64_t recorded_at;
  std::uint32_t event_bytes;
  std::uint32_t reserved;
};
static_assert(sizeof(StampLayout) == stamp_bytes);

template <class Layout>
[[nodiscard]] Layout read_as(const std::byte* from) {
  Layout layout;
  std::memcpy(&layout, from, sizeof layout);
  return layout;
}

}  // namespace doorstep::wire
