// The bytes of a key and a value in the column family of blocks (docs/formats/log.md). Only this
// folder sees RocksDB.
#pragma once

#include <rocksdb/slice.h>

#include <array>

#include "common/domain/result.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

// Big-endian, so that keys sort by position.
[[nodiscard]] std::array<char, 8> key_of(Position first);
[[nodiscard]] Position position_of(rocksdb::Slice key);

// Before the block: its last position and a checksum over key, last position and block. XXH3 with
// 128 bits, canonical (xxHash 0.8): it tells damage; whether someone changed a record is for the
// tree to say.
using ValueHead = std::array<std::uint8_t, 24>;
[[nodiscard]] ValueHead head_of(const StoredBlock& block);
// With the first half of SHA-256 instead: of blocks stored by versions of before, and of the
// floor's base.
[[nodiscard]] ValueHead sha_head_of(const StoredBlock& block);

// damaged: the checksum does not match.
[[nodiscard]] Result<StoredBlock> decode_value(rocksdb::Slice key, rocksdb::Slice value);

}  // namespace doorstep::rocks
