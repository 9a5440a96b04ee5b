#include "common/rocks/stored_log.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <thread>

#include "common/rocks/block_value.h"
#include "common/rocks/floor_records.h"
#include "common/rocks/log_meta.h"
#include "common/rocks/rocks_settings.h"

namespace doorstep::rocks {
namespace {

constexpr int tries_max = 5;
constexpr std::chrono::milliseconds between_tries{100};

rocksdb::ReadOptions read_options() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  options.readahead_size = 2 * 1024 * 1024;
  return options;
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

struct StoredLog::Parts {
  Database database{};
  LogId log{};
  Epoch epoch{};
  Position last{};
  Position floor{};
};

StoredLog::StoredLog(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
StoredLog::~StoredLog() = default;
StoredLog::StoredLog(StoredLog&&) noexcept = default;
StoredLog& StoredLog::operator=(StoredLog&&) noexcept = default;
LogId StoredLog::log() const { return parts_->log; }
Epoch StoredLog::epoch() const { return parts_->epoch; }
Position StoredLog::last() const { return parts_->last; }
Position StoredLog::floor() const { return parts_->floor; }
Result<std::optional<LogBase>> StoredLog::base() const {
  return FloorRecords{parts_->database}.base();
}
Outcome StoredLog::each_dropped(const BlockStore::TakeDropped& take) const {
  return FloorRecords{parts_->database}.each_dropped(take);
}

Result<StoredLog> StoredLog::open(const std::filesystem::path& folder) {
  if (!is_there(folder / "CURRENT")) {
    return failure(ErrorCode::not_found, "there is no log in " + folder.string());
  }
  if (auto tried = try_log_tables(folder); !tried) return std::unexpected(tried.error());
  auto parts = std::make_unique<Parts>();
  for (int tried = 1;; ++tried) {
    auto database = open_database_read_only(folder);
    if (database) {
      parts->database = *std::move(database);
      break;
    }
    // A log that is being served removes files between our reading their list and the files.
    if (tried == tries_max) return std::unexpected(database.error());
    std::this_thread::sleep_for(between_tries);
  }
  LogMeta meta{parts->database};
  const auto log = meta.text(log_key);
  if (!log) return std::unexpected(log.error());
  const auto id = parse_uuid(*log);
  if (!id) return failure(ErrorCode::damaged, "the log in " + folder.string() + " has no id");
  parts->log = LogId{*id};
  const auto epoch = meta.number(epoch_key, 0);
  if (!epoch) return std::unexpected(epoch.error());
  parts->epoch = Epoch{*epoch};
  const auto floor = FloorRecords{parts->database}.floor();
  if (!floor) return std::unexpected(floor.error());
  parts->floor = *floor;
  const std::unique_ptr<rocksdb::Iterator> end{
      parts->database.db->NewIterator(read_options(), parts->database.blocks)};
  end->SeekToLast();
  if (end->Valid()) {
    const auto block = decode_value(end->key(), end->value());
    parts->last = block ? block->last : position_of(end->key());
  }
  parts->last = std::max(parts->last, parts->floor);
  return StoredLog{std::move(parts)};
}

Outcome StoredLog::each(Position from, const Take& take) const {
  const std::unique_ptr<rocksdb::Iterator> at{
      parts_->database.db->NewIterator(read_options(), parts_->database.blocks)};
  const auto key = key_of(std::max(from, next(parts_->floor)));
  at->SeekForPrev({key.data(), key.size()});
  if (!at->Valid() && at->status().ok()) at->SeekToFirst();
  for (; at->Valid(); at->Next()) {
    if (at->key().size() != key.size()) {
      return failure(ErrorCode::damaged, "a block has a key that is no position");
    }
    if (position_of(at->key()) <= parts_->floor) continue;  // about to be deleted
    if (!take(position_of(at->key()), decode_value(at->key(), at->value()))) return {};
  }
  if (!at->status().ok()) return std::unexpected(error_of(at->status(), "read the blocks"));
  return {};
}

}  // namespace doorstep::rocks
