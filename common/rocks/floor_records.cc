#include "common/rocks/floor_records.h"

#include <rocksdb/convenience.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "common/rocks/append_value.h"
#include "common/rocks/block_value.h"
#include "common/rocks/log_meta.h"

namespace doorstep::rocks {
namespace {

constexpr std::size_t piece_bytes = 1024 * 1024;  // an append waits no longer than for one

// Floor, number of pieces, and the checksum over floor and base, as of a block from 0 to there.
constexpr std::size_t counted_bytes = 28;
using Counted = std::array<char, counted_bytes>;
Counted counted(const LogBase& base) {
  const auto head =
      sha_head_of({.first = {}, .last = base.floor, .bytes = std::make_shared<Bytes>(base.value)});
  Counted value{};
  put_number(number(base.floor), 8, value.data());
  put_number((base.value.size() + piece_bytes - 1) / piece_bytes, 4, value.data() + 8);
  std::memcpy(value.data() + 12, head.data() + 8, 16);
  return value;
}

using PieceKey = std::array<char, 12>;
PieceKey piece_key(Position floor, std::uint64_t piece) {
  PieceKey key{};
  put_number(number(floor), 8, key.data());
  put_number(piece, 4, key.data() + 8);
  return key;
}

template <class Array>
rocksdb::Slice slice(const Array& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

rocksdb::WriteBatch empty_batch() { return rocksdb::WriteBatch{0, 0, 8, 0}; }

std::unexpected<Error> built_badly(const rocksdb::Status& status) {
  return std::unexpected(error_of(status, "build a write of the floor"));
}
std::unexpected<Error> damaged(const std::string& what) {
  return failure(ErrorCode::damaged, "read the log's floor: " + what +
                                         ". Keep the log's folder as it is, and put back its "
                                         "newest backup");
}

rocksdb::ReadOptions walk_options() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  return options;
}

}  // namespace

Result<Position> FloorRecords::floor() const {
  const auto value = LogMeta{database_}.text(floor_key);
  if (!value) return std::unexpected(value.error());
  if (value->empty()) return Position{};
  if (value->size() != counted_bytes) return damaged("its entry has a wrong size");
  return Position{get_number(value->data(), 8)};
}

Result<std::optional<LogBase>> FloorRecords::base() const {
  const auto value = LogMeta{database_}.text(floor_key);
  if (!value) return std::unexpected(value.error());
  if (value->empty()) return std::optional<LogBase>{};
  if (value->size() != counted_bytes) return damaged("its entry has a wrong size");
  LogBase base{.floor = Position{get_number(value->data(), 8)}};
  const std::uint64_t pieces = get_number(value->data() + 8, 4);
  for (std::uint64_t piece = 0; piece < pieces; ++piece) {
    if (database_.base == nullptr) return damaged("its base is missing");
    rocksdb::PinnableSlice bytes;
    const auto status = database_.db->Get(walk_options(), database_.base,
                                          slice(piece_key(base.floor, piece)), &bytes);
    if (status.IsNotFound()) return damaged("a piece of its base is missing");
    if (!status.ok()) return std::unexpected(error_of(status, "read the log's base"));
    const auto* const at = reinterpret_cast<const std::byte*>(bytes.data());
    base.value.insert(base.value.end(), at, at + bytes.size());
  }
  if (slice(counted(base)) != slice(*value)) return damaged("its base does not match its checksum");
  return std::optional{std::move(base)};
}

Outcome FloorRecords::each_dropped(const BlockStore::TakeDropped& take) const {
  const auto upto = floor();
  if (!upto) return std::unexpected(upto.error());
  if (*upto == Position{} || database_.dropped == nullptr) return {};
  const std::unique_ptr<rocksdb::Iterator> at{
      database_.db->NewIterator(walk_options(), database_.dropped)};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    std::array<std::uint8_t, sizeof(Uuid)> id{};
    if (at->key().size() != id.size()) return damaged("the id of a dropped request is none");
    std::memcpy(id.data(), at->key().data(), id.size());
    const auto append = append_from(AppendId{uuid_from_bytes(id)}, at->value());
    if (!append) return damaged("the entry of a dropped request has a wrong size");
    // Of a move that came no further than this: their blocks are there.
    if (append->first > *upto) continue;
    if (auto taken = take(*append); !taken) return taken;
  }
  if (!at->status().ok()) return std::unexpected(error_of(at->status(), "read dropped requests"));
  return {};
}

Result<std::vector<rocksdb::WriteBatch>> FloorRecords::batches_of(const LogBase& base) const {
  std::vector<rocksdb::WriteBatch> batches;
  const auto* const bytes = reinterpret_cast<const char*>(base.value.data());
  for (std::size_t at = 0; at < base.value.size(); at += piece_bytes) {
    const rocksdb::Slice piece{bytes + at, std::min(piece_bytes, base.value.size() - at)};
    batches.push_back(empty_batch());
    const auto status =
        batches.back().Put(database_.base, slice(piece_key(base.floor, at / piece_bytes)), piece);
    if (!status.ok()) return built_badly(status);
  }
  batches.push_back(empty_batch());
  const auto status = batches.back().Put(database_.meta, slice(floor_key), slice(counted(base)));
  if (!status.ok()) return built_badly(status);
  return batches;
}

Result<rocksdb::WriteBatch> FloorRecords::batch_of(std::span<const IndexedAppend> dropped) const {
  rocksdb::WriteBatch batch = empty_batch();
  for (const IndexedAppend& append : dropped) {
    const auto status =
        batch.Put(database_.dropped, slice(to_bytes(append.id.value)), slice(value_of(append)));
    if (!status.ok()) return built_badly(status);
  }
  return batch;
}

Result<rocksdb::WriteBatch> FloorRecords::batch_that_drops(Position floor) const {
  rocksdb::WriteBatch batch = empty_batch();
  auto status =
      batch.DeleteRange(database_.blocks, slice(key_of(Position{})), slice(key_of(next(floor))));
  if (!status.ok()) return built_badly(status);
  status = batch.DeleteRange(database_.base, slice(piece_key({}, 0)), slice(piece_key(floor, 0)));
  if (!status.ok()) return built_badly(status);
  return batch;
}

Outcome FloorRecords::delete_files(Position floor) const {
  const auto first = key_of(Position{});
  const auto last = key_of(floor);
  const rocksdb::Slice begin = slice(first);
  const rocksdb::Slice end = slice(last);
  const auto status =
      rocksdb::DeleteFilesInRange(database_.db.get(), database_.blocks, &begin, &end);
  if (!status.ok()) return std::unexpected(error_of(status, "delete files below the floor"));
  return {};
}

// What of it lies in memory goes to files, so that write-ahead logs with dropped blocks can go; the
// files at the edge are written again without them, and then the deletion itself is gone, too.
Outcome FloorRecords::reclaim(Position floor) const {
  auto status = database_.db->Flush(rocksdb::FlushOptions{}, {database_.blocks, database_.meta,
                                                              database_.base, database_.dropped});
  if (!status.ok()) return std::unexpected(error_of(status, "write the floor to disk"));
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  const auto first = key_of(Position{});
  const auto last = key_of(floor);
  const rocksdb::Slice begin = slice(first);
  const rocksdb::Slice end = slice(last);
  status = database_.db->CompactRange(options, database_.blocks, &begin, &end);
  if (!status.ok()) return std::unexpected(error_of(status, "reclaim what is below the floor"));
  return {};
}

}  // namespace doorstep::rocks
