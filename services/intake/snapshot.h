// What intake knows as one snapshot: the place in which log, and the state. Layout:
// docs/formats/snapshot.md.
#pragma once

#include <optional>

#include "common/runtime/kept_state.h"
#include "services/intake/known.h"

namespace doorstep::intake {

// "dintake" and a zero byte, read as a little-endian number. The version is raised when the fold
// says something else, the layout when a byte moves.
inline constexpr runtime::StateFormat snapshot_format{
    .magic = 0x00'65'6b'61'74'6e'69'64, .version = 1, .layout = 2};

using Snapshot = runtime::Kept<Known>;

[[nodiscard]] Bytes to_bytes(const runtime::Progress& progress, const Known& known);
// nullopt: not a snapshot of this version and layout, or its fields contradict each other.
[[nodiscard]] std::optional<Snapshot> snapshot_from(BytesView bytes);

}  // namespace doorstep::intake
