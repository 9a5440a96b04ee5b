#include "common/rocks/block_value.h"

#include <algorithm>
#include <cstring>

#include "common/domain/assert.h"
#include "common/hash/checksum.h"
#include "common/hash/sha256.h"

namespace doorstep::rocks {
namespace {

constexpr std::size_t checksum_bytes = 16;

std::uint64_t read_number(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

template <class Byte>
void write_number(std::uint64_t value, Byte* bytes) {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<Byte>(value >> (56 - 8 * i));
}

ValueHead head_with(Position last, const std::uint8_t* checksum) {
  ValueHead head{};
  write_number(number(last), head.data());
  std::copy_n(checksum, checksum_bytes, head.begin() + 8);
  return head;
}

}  // namespace

std::array<char, 8> key_of(Position first) {
  std::array<char, 8> key{};
  write_number(number(first), key.data());
  return key;
}

Position position_of(rocksdb::Slice key) { return Position{read_number(key.data())}; }

ValueHead head_of(const StoredBlock& block) {
  Checksum checksum;
  const Checksum::Value value = checksum.add(number(block.first))
                                    .add(number(block.last))
                                    .add(BytesView{*block.bytes})
                                    .finish();
  static_assert(sizeof value == checksum_bytes);
  return head_with(block.last, value.data());
}

ValueHead sha_head_of(const StoredBlock& block) {
  Hasher hasher;
  const Sha256 hash =
      hasher.add(number(block.first)).add(number(block.last)).add(BytesView{*block.bytes}).finish();
  return head_with(block.last, hash.data());
}

Result<StoredBlock> decode_value(rocksdb::Slice key, rocksdb::Slice value) {
  if (key.size() != 8 || value.size() < sizeof(ValueHead)) {
    return failure(ErrorCode::damaged, "read a block: its key or value is cut off");
  }
  StoredBlock block{.first = position_of(key), .last = Position{read_number(value.data())}};
  const auto* const bytes = reinterpret_cast<const std::byte*>(value.data()) + sizeof(ValueHead);
  block.bytes = std::make_shared<const Bytes>(bytes, bytes + value.size() - sizeof(ValueHead));
  const auto stands_there = [value](const ValueHead& head) {
    return std::memcmp(head.data(), value.data(), head.size()) == 0;
  };
  if (!stands_there(head_of(block)) && !stands_there(sha_head_of(block))) {
    return failure(ErrorCode::damaged, "read a block: the bytes at position " +
                                           std::to_string(number(block.first)) +
                                           " do not match their checksum");
  }
  return block;
}

}  // namespace doorstep::rocks
