// The bytes of an append request where it is kept by its id: in the index, and with the floor
// (docs/formats/index.md, docs/formats/log.md). Only this folder sees RocksDB.
#pragma once

#include <rocksdb/slice.h>

#include <array>
#include <optional>

#include "common/seam/index_store.h"

namespace doorstep::rocks {

// Big-endian, in so many bytes.
void put_number(std::uint64_t value, std::size_t bytes, char* at);
[[nodiscard]] std::uint64_t get_number(const char* at, std::size_t bytes);

// First position, number of events, start of the digest.
using AppendValue = std::array<char, 20>;
[[nodiscard]] AppendValue value_of(const IndexedAppend& append);
// nullopt: not of that size.
[[nodiscard]] std::optional<IndexedAppend> append_from(AppendId id, rocksdb::Slice value);

}  // namespace doorstep::rocks
