// What the log must know before it serves: the snapshot of its indexes, where that fits, and the
// blocks after it, each checked; else all blocks, from the floor on. Refuses a log that is not
// dense, not in order, or not what its signed head says. Pure but for the reading; one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/proof/checkpoint.h"
#include "common/seam/snapshot_file.h"
#include "services/event_log/floor_news.h"
#include "services/event_log/heads_snapshot.h"
#include "services/event_log/log_index.h"
#include "services/event_log/log_state.h"

namespace doorstep::event_log {

struct Recovered {
  LogState state{};  // its append ids look back into the index
  std::unique_ptr<LogIndex> index{};
  FloorTree floor{};           // where the store's blocks begin
  Position snapshot_at{};      // up to there nothing was read again
  std::string folded_again{};  // why the snapshot was not used; empty: it was, or there is none
};

// Called after each block with how far it has come.
using Progress = std::function<void(Position done, Position head)>;

struct RecoverFrom {
  const BlockStore& store;
  IndexStore& index;
  const SnapshotFile& heads;
  IndexedLog log{};
};

// damaged: the message says what is wrong and what an operator can do. What is wrong with the
// indexes is never an error: they are folded again. `from` must outlive the result.
[[nodiscard]] Result<Recovered> recover(const RecoverFrom& from,
                                        const std::optional<proof::Checkpoint>& signed_head,
                                        const Progress& progress = {});

}  // namespace doorstep::event_log
