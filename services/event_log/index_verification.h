// Whether the stored indexes say what the blocks say: folds the whole log again and compares. Reads
// only; one thread.
#pragma once

#include <functional>

#include "common/seam/snapshot_file.h"
#include "services/event_log/heads_snapshot.h"

namespace doorstep::event_log {

struct IndexesVerified {
  Position upto{};  // the indexes' cursor: what comes after it is not theirs yet
  std::uint64_t pages{};
  std::uint64_t append_ids{};
  Position heads_upto{};  // 0: there is no snapshot of the heads
  std::uint64_t streams{};
};

// damaged: the first thing that differs, in words. It is the index that is wrong or the log that
// is: verify the log first; an index that is wrong may simply be deleted.
[[nodiscard]] Result<IndexesVerified> verify_indexes(
    const BlockStore& store, const IndexStore& index, const SnapshotFile& heads,
    const IndexedLog& log, const std::function<void(Position done)>& progress = {});

}  // namespace doorstep::event_log
