// How RocksDB is opened and written for a log: every deviation from its defaults, with the reason.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "common/domain/result.h"

namespace doorstep::rocks {

struct Database {
  Database() = default;
  ~Database() { close(); }
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  std::unique_ptr<rocksdb::DB> db{};
  rocksdb::ColumnFamilyHandle* blocks{};
  rocksdb::ColumnFamilyHandle* meta{};
  // Null where the database was opened to read and is of before there was a floor.
  rocksdb::ColumnFamilyHandle* base{};
  rocksdb::ColumnFamilyHandle* dropped{};
  std::vector<rocksdb::ColumnFamilyHandle*> handles{};

  // Afterwards nothing of it may be used.
  void close();
};

// As try_tables (table_trial.h); its `damaged` says what to do. open_database does it itself.
[[nodiscard]] Outcome try_log_tables(const std::filesystem::path& folder);
[[nodiscard]] Result<Database> open_database(const std::filesystem::path& folder,
                                             bool disk_may_be_full = false);
// Beside another process that may be writing there: sees what was on disk when it was opened.
// Pre-condition: its tables were tried.
[[nodiscard]] Result<Database> open_database_read_only(const std::filesystem::path& folder);
// Durable when it returns: never SyncWAL(), which 7.8 does not get right with tracked WALs.
[[nodiscard]] rocksdb::WriteOptions synced_write();
[[nodiscard]] Error error_of(const rocksdb::Status& status, std::string_view tried);

}  // namespace doorstep::rocks
