#include "common/rocks/rocks_settings.h"

#include <rocksdb/env.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>
#include <cstdarg>
#include <string>

#include "common/rocks/room_trial.h"
#include "common/rocks/table_trial.h"

namespace doorstep::rocks {
namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*words*/) override {}
};

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // The default (point in time) opens quietly without the synced events behind a flipped bit.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.recycle_log_file_num =
      0;  // recycled files give stale records and false corruption before 9.2
  options.wal_compression = rocksdb::kNoCompression;
  options.manual_wal_flush = false;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  options.two_write_queues = false;
  options.allow_2pc = false;
  options.max_bgerror_resume_count =
      0;  // a background error ends the process; resuming can duplicate
  options.max_total_wal_size =
      512 * mebibyte;  // else the seldom written meta family pins every WAL
  options.max_background_jobs = 2;
  options.bytes_per_sync = mebibyte;
  options.paranoid_checks = true;
  options.fail_if_options_file_error = true;  // else a failed fsync of the folder is passed over
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4 * mebibyte;
  options.max_manifest_file_size = 16 * mebibyte;
  return options;
}

rocksdb::ColumnFamilyOptions block_options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 32 * mebibyte;
  options.max_write_buffer_number = 3;
  // Blocks are compressed already; one codec on all levels keeps compaction a mere move of files.
  options.compression = rocksdb::kNoCompression;
  options.ttl = 0;
  options.periodic_compaction_seconds = 0;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = 8;
  // Small blocks that became one leave deletions behind; a file full of them is compacted at once,
  // before readers have to step over them.
  options.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(4'096, 2'048));
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 32 * 1024;
  table.filter_policy = nullptr;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions meta_options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = mebibyte;
  options.compression = rocksdb::kNoCompression;
  return options;
}

// Written once when the floor moves, read from one end to the other.
rocksdb::ColumnFamilyOptions floor_options() {
  rocksdb::ColumnFamilyOptions options = meta_options();
  options.write_buffer_size = 8 * mebibyte;
  options.memtable_protection_bytes_per_key = 8;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families() {
  return {{rocksdb::kDefaultColumnFamilyName, meta_options()},
          {"blocks", block_options()},
          {"meta", meta_options()},
          {"base", floor_options()},
          {"dropped", floor_options()}};
}

void name_handles(Database& database) {
  for (auto* handle : database.handles) {
    if (handle->GetName() == "blocks") database.blocks = handle;
    if (handle->GetName() == "meta") database.meta = handle;
    if (handle->GetName() == "base") database.base = handle;
    if (handle->GetName() == "dropped") database.dropped = handle;
  }
}

constexpr std::string_view keep_and_put_back =
    ". Keep the log's folder as it is, and put back its newest backup";

}  // namespace

void Database::close() {
  if (!db) return;
  for (auto* handle : handles) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
  handles.clear();
  static_cast<void>(db->Close());
  db.reset();
}

Outcome try_log_tables(const std::filesystem::path& folder) {
  auto tried = try_tables(folder);
  if (!tried && tried.error().code == ErrorCode::damaged) {
    tried.error().message += keep_and_put_back;
  }
  return tried;
}

Result<Database> open_database(const std::filesystem::path& folder, bool disk_may_be_full) {
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  if (made) return failure(ErrorCode::io, "make " + folder.string() + ": " + made.message());
  if (disk_may_be_full) {
    if (auto room = try_room(folder); !room) return std::unexpected(room.error());
  }
  if (auto tried = try_log_tables(folder); !tried) return std::unexpected(tried.error());
  Database database;
  rocksdb::DB* opened = nullptr;
  rocksdb::DBOptions options = database_options();
  if (disk_may_be_full) options.info_log = std::make_shared<NoDiary>();
  const auto status =
      rocksdb::DB::Open(options, folder.string(), families(), &database.handles, &opened);
  if (!status.ok()) return std::unexpected(error_of(status, "open the log in " + folder.string()));
  database.db.reset(opened);
  name_handles(database);
  return database;
}

Result<Database> open_database_read_only(const std::filesystem::path& folder) {
  rocksdb::DBOptions options = database_options();
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  // Nothing is made here: families that a database of before does not have are left out.
  std::vector<std::string> names;
  auto status = rocksdb::DB::ListColumnFamilies(options, folder.string(), &names);
  if (!status.ok()) return std::unexpected(error_of(status, "open the log in " + folder.string()));
  auto there = families();
  std::erase_if(there, [&names](const rocksdb::ColumnFamilyDescriptor& family) {
    const bool is_of_the_floor = family.name == "base" || family.name == "dropped";
    return is_of_the_floor && std::ranges::find(names, family.name) == names.end();
  });
  Database database;
  rocksdb::DB* opened = nullptr;
  status =
      rocksdb::DB::OpenForReadOnly(options, folder.string(), there, &database.handles, &opened);
  if (!status.ok()) return std::unexpected(error_of(status, "open the log in " + folder.string()));
  database.db.reset(opened);
  name_handles(database);
  return database;
}

rocksdb::WriteOptions synced_write() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.no_slowdown = true;  // a stall comes back as a status, not as a frozen thread
  return options;
}

Error error_of(const rocksdb::Status& status, std::string_view tried) {
  std::string message = std::string{tried} + ": " + status.ToString();
  if (!status.IsCorruption()) return {ErrorCode::io, message};
  return {ErrorCode::damaged, message.append(keep_and_put_back)};
}

}  // namespace doorstep::rocks
