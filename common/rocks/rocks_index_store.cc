#include "common/rocks/rocks_index_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "common/rocks/append_value.h"
#include "common/rocks/block_value.h"
#include "common/rocks/rocks_settings.h"
#include "common/rocks/table_trial.h"

namespace doorstep::rocks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t cache_bytes = 32 * mebibyte;
// What is larger than a shard is not kept at all, and RocksDB would make 64 of them.
constexpr int cache_shard_bits = 1;
constexpr std::string_view cursor_key = "cursor";
constexpr std::string_view given_up_file = "given-up";

rocksdb::DBOptions index_database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // Nothing goes through a write-ahead log: what a crash loses is folded again. Then the families
  // must reach the disk together, or a cursor could be ahead of its pages.
  options.atomic_flush = true;
  options.max_background_jobs = 2;
  options.bytes_per_sync = mebibyte;
  options.keep_log_file_num = 2;
  options.max_log_file_size = mebibyte;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::size_t memtable_bytes) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = memtable_bytes;
  options.max_write_buffer_number = 2;
  options.ttl = 0;
  options.periodic_compaction_seconds = 0;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 8 * 1024;
  table.cache_index_and_filter_blocks = true;  // else they grow without a limit
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions append_id_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options = family_options(cache, 8 * mebibyte);
  options.compression = rocksdb::kNoCompression;  // ids and digests are random
  options.memtable_whole_key_filtering = true;    // most lookups are of ids that are new
  options.memtable_prefix_bloom_size_ratio = 0.05;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 4 * 1024;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // In parts of 4 KiB: a file's filter as a whole is larger than the cache would keep, and would be
  // read again for every request.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_top_level_index_and_filter = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

struct IndexDatabase {
  std::unique_ptr<rocksdb::DB> db{};
  std::vector<rocksdb::ColumnFamilyHandle*> handles{};
  [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return handles[0]; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* append_ids() const { return handles[1]; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* pages() const { return handles[2]; }

  void close() {
    if (!db) return;
    for (auto* handle : handles) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
    handles.clear();
    static_cast<void>(db->Close());
    db.reset();
  }
};

enum class Access : std::uint8_t { write, read };

Result<IndexDatabase> open_index_database(const fs::path& folder, Access access) {
  if (access == Access::write) {
    std::error_code made;
    fs::create_directories(folder, made);
    if (made) return failure(ErrorCode::io, "make " + folder.string() + ": " + made.message());
  }
  const auto cache = rocksdb::NewLRUCache(cache_bytes, cache_shard_bits);
  const std::vector<rocksdb::ColumnFamilyDescriptor> families{
      {rocksdb::kDefaultColumnFamilyName, family_options(cache, mebibyte)},
      {"append_ids", append_id_options(cache)},
      {"pages", family_options(cache, 4 * mebibyte)}};
  IndexDatabase database;
  rocksdb::DB* opened = nullptr;
  const rocksdb::DBOptions options = index_database_options();
  const auto status =
      access == Access::write
          ? rocksdb::DB::Open(options, folder.string(), families, &database.handles, &opened)
          : rocksdb::DB::OpenForReadOnly(options, folder.string(), families, &database.handles,
                                         &opened);
  if (!status.ok()) return failure(ErrorCode::io, "open the index: " + status.ToString());
  database.db.reset(opened);
  return database;
}

// Out of the way as a whole first: a part of an index must not be taken for one.
Outcome empty(const fs::path& folder) {
  fs::path aside = folder;
  aside += ".given-up";
  std::error_code failed;
  fs::remove_all(aside, failed);
  if (!failed && fs::exists(folder, failed)) fs::rename(folder, aside, failed);
  if (!failed) fs::remove_all(aside, failed);
  if (failed) return failure(ErrorCode::io, "empty " + folder.string() + ": " + failed.message());
  return {};
}

using AppendKey = std::array<std::uint8_t, 16>;
rocksdb::Slice slice(const AppendKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

class RocksIndexStore final : public IndexStore {
 public:
  RocksIndexStore(fs::path folder, IndexDatabase database, Access access)
      : folder_{std::move(folder)}, database_{std::move(database)}, access_{access} {}
  ~RocksIndexStore() override { database_.close(); }
  RocksIndexStore(const RocksIndexStore&) = delete;
  RocksIndexStore& operator=(const RocksIndexStore&) = delete;

  [[nodiscard]] Outcome write(const IndexBatch& batch) override;
  [[nodiscard]] Outcome sync() override;
  [[nodiscard]] Result<Position> cursor() const override;
  [[nodiscard]] Result<std::optional<Bytes>> page(std::uint64_t number) const override;
  [[nodiscard]] Result<std::optional<IndexedAppend>> find(AppendId id) const override;
  [[nodiscard]] Result<AppendId> largest_append_id() const override;
  [[nodiscard]] Result<std::uint64_t> count_append_ids() const override;
  void give_up() const override {
    if (access_ == Access::write) std::ofstream{folder_ / given_up_file}.flush();
  }
  [[nodiscard]] Outcome clear() override;

 private:
  [[nodiscard]] std::unexpected<Error> lost(const rocksdb::Status& status) const;

  fs::path folder_;
  IndexDatabase database_;
  Access access_{};
};

std::unexpected<Error> RocksIndexStore::lost(const rocksdb::Status& status) const {
  give_up();
  return failure(ErrorCode::io, "read the index: " + status.ToString() +
                                    ". The log is not affected: the next start folds the index "
                                    "again");
}

Outcome RocksIndexStore::write(const IndexBatch& batch) {
  rocksdb::WriteBatch changes;
  rocksdb::Status status;
  for (const IndexedAppend& append : batch.append_ids) {
    const AppendValue value = value_of(append);
    status = changes.Put(database_.append_ids(), slice(to_bytes(append.id.value)),
                         {value.data(), value.size()});
    if (!status.ok()) return std::unexpected(error_of(status, "build a write of the index"));
  }
  for (const IndexedPage& page : batch.pages) {
    const auto key = key_of(Position{page.number});
    status = changes.Put(database_.pages(), {key.data(), key.size()},
                         {reinterpret_cast<const char*>(page.bytes.data()), page.bytes.size()});
    if (!status.ok()) return std::unexpected(error_of(status, "build a write of the index"));
  }
  const auto cursor = key_of(batch.upto);
  status = changes.Put(database_.meta(), {cursor_key.data(), cursor_key.size()},
                       {cursor.data(), cursor.size()});
  if (!status.ok()) return std::unexpected(error_of(status, "build a write of the index"));
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  status = database_.db->Write(options, &changes);
  if (status.ok()) return {};
  give_up();
  return failure(ErrorCode::io, "write the index: " + status.ToString());
}

Outcome RocksIndexStore::sync() {
  const auto status = database_.db->Flush(rocksdb::FlushOptions{}, database_.handles);
  if (status.ok()) return {};
  give_up();
  return failure(ErrorCode::io, "write the index to disk: " + status.ToString());
}

Result<Position> RocksIndexStore::cursor() const {
  std::string value;
  const auto status = database_.db->Get(rocksdb::ReadOptions{}, database_.meta(),
                                        {cursor_key.data(), cursor_key.size()}, &value);
  if (status.IsNotFound()) return Position{};
  if (!status.ok()) return lost(status);
  if (value.size() != 8) return lost(rocksdb::Status::Corruption("its cursor is not a number"));
  return position_of({value.data(), value.size()});
}

Result<std::optional<Bytes>> RocksIndexStore::page(std::uint64_t number) const {
  const auto key = key_of(Position{number});
  rocksdb::PinnableSlice value;
  const auto status = database_.db->Get(rocksdb::ReadOptions{}, database_.pages(),
                                        {key.data(), key.size()}, &value);
  if (status.IsNotFound()) return std::optional<Bytes>{};
  if (!status.ok()) return lost(status);
  const auto* const bytes = reinterpret_cast<const std::byte*>(value.data());
  return std::optional<Bytes>{std::in_place, bytes, bytes + value.size()};
}

Result<std::optional<IndexedAppend>> RocksIndexStore::find(AppendId id) const {
  rocksdb::PinnableSlice value;
  const auto status = database_.db->Get(rocksdb::ReadOptions{}, database_.append_ids(),
                                        slice(to_bytes(id.value)), &value);
  if (status.IsNotFound()) return std::optional<IndexedAppend>{};
  if (!status.ok()) return lost(status);
  const auto append = append_from(id, value);
  if (!append) return lost(rocksdb::Status::Corruption("an append's entry has a wrong size"));
  return append;
}

Result<AppendId> RocksIndexStore::largest_append_id() const {
  const std::unique_ptr<rocksdb::Iterator> iterator{
      database_.db->NewIterator(rocksdb::ReadOptions{}, database_.append_ids())};
  iterator->SeekToLast();
  if (!iterator->status().ok()) return lost(iterator->status());
  if (!iterator->Valid()) return AppendId{};
  if (iterator->key().size() != sizeof(Uuid)) {
    return lost(rocksdb::Status::Corruption("an append's key has a wrong size"));
  }
  std::array<std::uint8_t, sizeof(Uuid)> bytes{};
  std::memcpy(bytes.data(), iterator->key().data(), bytes.size());
  return AppendId{uuid_from_bytes(bytes)};
}

Result<std::uint64_t> RocksIndexStore::count_append_ids() const {
  const std::unique_ptr<rocksdb::Iterator> iterator{
      database_.db->NewIterator(rocksdb::ReadOptions{}, database_.append_ids())};
  std::uint64_t count = 0;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) ++count;
  if (!iterator->status().ok()) return lost(iterator->status());
  return count;
}

Outcome RocksIndexStore::clear() {
  if (access_ == Access::read) return failure(ErrorCode::denied, "clear an index opened to read");
  database_.close();
  if (auto emptied = empty(folder_); !emptied) return emptied;
  auto database = open_index_database(folder_, access_);
  if (!database) return std::unexpected(database.error());
  database_ = std::move(*database);
  return {};
}

}  // namespace

Result<OpenedIndexStore> open_index_store(const fs::path& folder) {
  OpenedIndexStore opened;
  if (fs::exists(folder / given_up_file)) {
    opened.emptied = "what it held could not be read";
  } else if (auto tried = try_tables(folder); !tried) {
    if (tried.error().code != ErrorCode::damaged) return std::unexpected(tried.error());
    opened.emptied = tried.error().message;
  }
  Result<IndexDatabase> database = opened.emptied.empty()
                                       ? open_index_database(folder, Access::write)
                                       : Result<IndexDatabase>{failure(ErrorCode::damaged, "")};
  if (!database) {
    if (opened.emptied.empty()) opened.emptied = database.error().message;
    if (auto emptied = empty(folder); !emptied) return std::unexpected(emptied.error());
    database = open_index_database(folder, Access::write);
    if (!database) return std::unexpected(database.error());
  }
  opened.store = std::make_unique<RocksIndexStore>(folder, std::move(*database), Access::write);
  return opened;
}

Result<std::unique_ptr<IndexStore>> read_index_store(const fs::path& folder) {
  if (!fs::exists(folder / "CURRENT")) {
    return failure(ErrorCode::not_found, folder.string() + " holds no index");
  }
  if (fs::exists(folder / given_up_file)) {
    return failure(ErrorCode::io, "the index in " + folder.string() +
                                      " was given up; the log's next start folds it again");
  }
  if (auto tried = try_tables(folder); !tried) {
    std::string message = tried.error().message;
    if (tried.error().code == ErrorCode::damaged) {
      message += ". The log's next start folds the index again";
    }
    return failure(ErrorCode::io, std::move(message));
  }
  auto database = open_index_database(folder, Access::read);
  if (!database) return std::unexpected(database.error());
  return std::make_unique<RocksIndexStore>(folder, std::move(*database), Access::read);
}

}  // namespace doorstep::rocks
