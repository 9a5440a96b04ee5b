// Which event was the first to be recorded at or after an instant: a binary search over the pages
// of the index, and the blocks of one page. One thread.
#pragma once

#include "services/event_log/block_reader.h"
#include "services/event_log/log_index.h"

namespace doorstep::event_log {

// Of the events after `floor`; the position after `head` where all are earlier. Pre-condition:
// `head` is durable, and what is after `floor` is kept.
[[nodiscard]] Result<Position> first_at_or_after(Instant at, const LogIndex& index,
                                                 BlockReader& reader, Position floor,
                                                 Position head);

}  // namespace doorstep::event_log
