// What assignment has folded as one snapshot: the place in which log, and the state. What is on its
// way to the log is not in it, nor which households need a look: after a start every household gets
// one, and what is decided again has the same id. Layout: docs/formats/snapshot.md.
#pragma once

#include <optional>

#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "common/runtime/kept_state.h"
#include "services/assignment/attempts.h"

namespace doorstep::assignment {

// "dassign" and a zero byte, read as a little-endian number. The version is raised when the fold
// says something else, the layout when a byte moves.
inline constexpr runtime::StateFormat snapshot_format{
    .magic = 0x00'6e'67'69'73'73'61'64, .version = 1, .layout = 2};

struct Folded {
  Register registered{};
  Tasks tasks{};
  RoundAttempts attempts{};

  void evolve(const Recorded& recorded) {
    registered.evolve(recorded);
    tasks.evolve(recorded);
    attempts.evolve(recorded, registered);
  }
  // For snapshots (archived.h); a reader that got something else has failed.
  template <class Archive>
  void archive(Archive& archive);
};

using Snapshot = runtime::Kept<Folded>;

[[nodiscard]] Bytes to_bytes(const runtime::Progress& progress, const Folded& folded);
// nullopt: not a snapshot of this version and layout, or its fields contradict each other.
[[nodiscard]] std::optional<Snapshot> snapshot_from(BytesView bytes);

}  // namespace doorstep::assignment
