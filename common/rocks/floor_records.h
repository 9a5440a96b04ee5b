// The bytes of a log's floor in its database (docs/formats/log.md): the base in pieces, the
// requests of dropped blocks, and the one value that makes a floor count. Only this folder sees
// RocksDB.
#pragma once

#include <rocksdb/write_batch.h>

#include <span>
#include <vector>

#include "common/rocks/rocks_settings.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

class FloorRecords {
 public:
  // `database` must outlive it.
  explicit FloorRecords(const Database& database) : database_{database} {}

  [[nodiscard]] Result<Position> floor() const;
  [[nodiscard]] Result<std::optional<LogBase>> base() const;
  [[nodiscard]] Outcome each_dropped(const BlockStore::TakeDropped& take) const;

  // What has to be written, in this order, each of them synced: the floor counts with the last.
  [[nodiscard]] Result<std::vector<rocksdb::WriteBatch>> batches_of(const LogBase& base) const;
  [[nodiscard]] Result<rocksdb::WriteBatch> batch_of(std::span<const IndexedAppend> dropped) const;
  // Deletes the blocks up to the floor, and bases of earlier floors.
  [[nodiscard]] Result<rocksdb::WriteBatch> batch_that_drops(Position floor) const;
  // Gives the disk back what was deleted. Takes as long as writing a few files.
  [[nodiscard]] Outcome reclaim(Position floor) const;
  // Before the batch that drops: whole files at once, without reading them.
  [[nodiscard]] Outcome delete_files(Position floor) const;

 private:
  const Database& database_;
};

}  // namespace doorstep::rocks
