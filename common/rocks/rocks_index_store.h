// The log's indexes in a RocksDB of their own, beside the log's: docs/formats/index.md. Whatever is
// wrong with the folder, it is emptied and the indexes are folded again.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "common/seam/index_store.h"

namespace doorstep::rocks {

struct OpenedIndexStore {
  std::unique_ptr<IndexStore> store{};
  std::string emptied{};  // why, where it had to be
};

// The folder is the index's alone and is made if it is missing. io: the disk refuses,
// or the tables could not be tried (table_trial.h).
// Pre-condition: no other process uses the data folder (the log is open).
[[nodiscard]] Result<OpenedIndexStore> open_index_store(const std::filesystem::path& folder);

// For reading only, also while a log is writing it: what had reached the disk when it was opened.
// Writing is refused. not_found: there is no index. io: it cannot be opened.
[[nodiscard]] Result<std::unique_ptr<IndexStore>> read_index_store(
    const std::filesystem::path& folder);

}  // namespace doorstep::rocks
