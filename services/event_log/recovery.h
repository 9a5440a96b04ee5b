// Reads the whole log at the start: rebuilds what the sequencer and the feed must know, and refuses
// a log that is not dense, not in order, or not what its signed head says. Pure but for the
// reading; one thread.
#pragma once

#include <functional>
#include <optional>

#include "common/proof/checkpoint.h"
#include "common/seam/block_store.h"
#include "services/event_log/log_state.h"

namespace doorstep::event_log {

struct Recovered {
  LogState state{};
  StreamPositions positions{};
};

// Called after each block with how far it has come.
using Progress = std::function<void(Position done, Position head)>;

// damaged: the message says what is wrong and what an operator can do.
[[nodiscard]] Result<Recovered> recover(const BlockStore& store,
                                        const std::optional<proof::Checkpoint>& signed_head,
                                        const Progress& progress = {});

}  // namespace doorstep::event_log
