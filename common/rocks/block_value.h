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

// Before the block: its last position and the first half of SHA-256 over key, last position and
// block.
using ValueHead = std::array<std::uint8_t, 24>;
[[nodiscard]] ValueHead head_of(const StoredBlock& block);

// damaged: the checksum does not match.
[[nodiscard]] Result<StoredBlock> decode_value(rocksdb::Slice key, rocksdb::Slice value);

}  // namespace doorstep::rocks
