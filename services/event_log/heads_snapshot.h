// What the index's fold must remember across a restart, as one file: docs/formats/index.md. Without
// it, or with one that does not fit, the log is folded from its first event. Pure.
#pragma once

#include <optional>

#include "common/seam/block_store.h"
#include "services/event_log/index_fold.h"

namespace doorstep::event_log {

struct IndexedLog {
  LogId log{};
  Epoch epoch{};
  bool operator==(const IndexedLog&) const = default;
};

// Equal folds give equal bytes.
[[nodiscard]] Bytes to_bytes(const IndexedLog& log, const IndexFold::Parts& parts);
// nullopt: of another log or epoch, of another version, or not one.
[[nodiscard]] std::optional<IndexFold::Parts> heads_from(BytesView bytes, const IndexedLog& log);

}  // namespace doorstep::event_log
