// What the sequencer must know to decide about the next request: a fold of the stored blocks, and
// of what was sequenced since. Pure; one thread.
#pragma once

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/domain/result.h"
#include "common/proof/merkle.h"
#include "common/wire/block.h"
#include "services/event_log/append_ids.h"
#include "services/event_log/recent_headings.h"
#include "services/event_log/streams.h"

namespace doorstep::event_log {

struct LogState {
  Position head{};
  Instant recorded_at{};  // of the head
  AppendIds append_ids{};
  Streams streams{};
  proof::MerkleTree tree{};
  std::vector<Sha256> pages{};  // roots of its complete pages
  RecentHeadings recent{};
};

// What the log reads of a stored record. damaged: it holds no event.
[[nodiscard]] Result<Heading> heading_in(const wire::Record& record);
// Takes up one stored record, but not into the tree, nor its request. damaged: it cannot follow
// what came before.
[[nodiscard]] Result<Heading> follow(LogState& state, const wire::Record& record);

}  // namespace doorstep::event_log
