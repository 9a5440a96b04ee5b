// The log's blocks in RocksDB: one synced write for what was submitted, on a committer thread of
// its own. The layout of keys and values is docs/formats/log.md. Errors: a failed write is final;
// see BlockStore.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

struct BlockStoreSettings {
  std::filesystem::path folder{};  // made if it is missing
  LogId log_if_new{};              // the name that an empty folder's log gets
  Epoch epoch{};                   // zero: the stored one, or 1 in an empty folder
  // A copy on a disk that may be full: it is tried whether there is room to begin (room_trial.h),
  // and RocksDB keeps no LOG of its own, which it cannot fail to write without an assertion.
  bool disk_may_be_full{};
  std::function<void()> on_durable{};  // called on the committer thread: ring a bell, do not block
};

struct OpenedBlockStore {
  LogId log{};
  Epoch epoch{};
  std::unique_ptr<BlockStore> store{};  // its destructor writes what was submitted
};

// conflict: the folder is of a later epoch. damaged: RocksDB or a checksum says so. io: another
// process has it open, or the disk refuses.
[[nodiscard]] Result<OpenedBlockStore> open_block_store(BlockStoreSettings settings);

}  // namespace doorstep::rocks
