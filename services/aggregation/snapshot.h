// The coverage projection as one snapshot: the place in which log, and the state. A
// snapshot of another version is not an error: the log is folded from the start instead. Layout:
// docs/formats/snapshot.md.
#pragma once

#include <optional>

#include "common/runtime/kept_state.h"
#include "common/seam/messages.h"
#include "services/aggregation/coverage.h"

namespace doorstep::aggregation {

// Raised when a field is added to what is stored, or changes its place.
inline constexpr std::uint32_t snapshot_layout = 3;

using Snapshot = runtime::Kept<Coverage>;

[[nodiscard]] Bytes to_bytes(const runtime::Progress& progress, const Coverage& coverage);
// nullopt: not a snapshot of this version and layout, or its fields contradict each other.
[[nodiscard]] std::optional<Snapshot> snapshot_from(BytesView bytes);

}  // namespace doorstep::aggregation
