// A log's folder as it lies there, opened to read only: also while a log serves it, and where some
// of its blocks are damaged. Sees what was on disk when it was opened. Errors are values; one
// thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

class StoredLog {
 public:
  // not_found: there is no log in the folder. damaged, io: RocksDB cannot open it.
  [[nodiscard]] static Result<StoredLog> open(const std::filesystem::path& folder);
  ~StoredLog();
  StoredLog(StoredLog&&) noexcept;
  StoredLog& operator=(StoredLog&&) noexcept;

  [[nodiscard]] LogId log() const;
  [[nodiscard]] Epoch epoch() const;
  // The last position according to the last block's key and value, unchecked; 0: no events.
  [[nodiscard]] Position last() const;
  // Blocks up to here are not kept; 0: all are.
  [[nodiscard]] Position floor() const;
  // As of a BlockStore.
  [[nodiscard]] Result<std::optional<LogBase>> base() const;
  [[nodiscard]] Outcome each_dropped(const BlockStore::TakeDropped& take) const;

  // All blocks above the floor in the order of their keys, until `take` says false. A block that is
  // damaged comes as its error, under the position of its key, and the next one follows.
  using Take = std::function<bool(Position key, const Result<StoredBlock>& block)>;
  // damaged, io: the walk itself cannot go on.
  [[nodiscard]] Outcome each(Position from, const Take& take) const;
  [[nodiscard]] Outcome each(const Take& take) const { return each(next(floor()), take); }

 private:
  struct Parts;
  explicit StoredLog(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace doorstep::rocks
