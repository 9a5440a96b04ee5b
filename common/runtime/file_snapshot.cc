#include "common/runtime/file_snapshot.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "common/hash/sha256.h"
#include "common/runtime/durable_file.h"

namespace doorstep::runtime {

namespace {

// Header: the magic, the length of what follows as 8 bytes little-endian, its SHA-256.
constexpr std::string_view magic = "DSSNAP01";
constexpr std::size_t length_at = magic.size();
constexpr std::size_t hash_at = length_at + 8;
constexpr std::size_t header_bytes = hash_at + std::tuple_size_v<Sha256>;

Sha256 hash_of(BytesView bytes) { return Hasher{}.add(bytes).finish(); }

std::array<std::byte, header_bytes> header_of(BytesView bytes) {
  std::array<std::byte, header_bytes> header{};
  std::memcpy(header.data(), magic.data(), magic.size());
  for (std::size_t i = 0; i < 8; ++i) {
    header[length_at + i] = static_cast<std::byte>((bytes.size() >> (8 * i)) & 0xff);
  }
  const Sha256 hash = hash_of(bytes);
  std::memcpy(header.data() + hash_at, hash.data(), hash.size());
  return header;
}

}  // namespace

Result<std::optional<Bytes>> FileSnapshot::read() const {
  auto file = read_file(path_);
  if (!file) return std::unexpected(std::move(file.error()));
  if (!*file) return std::nullopt;
  const BytesView all{**file};
  const BytesView bytes = all.subspan(std::min(header_bytes, all.size()));
  if (all.size() < header_bytes || !std::ranges::equal(header_of(bytes), all.first(header_bytes))) {
    return failure(
        ErrorCode::damaged,
        "snapshot " + path_.string() + " is damaged; remove it and it is folded anew from the log");
  }
  return Bytes{bytes.begin(), bytes.end()};
}

Outcome FileSnapshot::replace(BytesView bytes) {
  const auto header = header_of(bytes);
  Bytes all;
  all.reserve(header.size() + bytes.size());
  all.insert(all.end(), header.begin(), header.end());
  all.insert(all.end(), bytes.begin(), bytes.end());
  return replace_file(path_, all, 0600);
}

}  // namespace doorstep::runtime
