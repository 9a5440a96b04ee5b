// A state that is folded from the log, as the bytes of a snapshot: which fold, in which version and
// layout, the place in which log, then the state. A snapshot of another version is not an error:
// the log is folded from the start instead. Pure; one thread. Layout: docs/formats/snapshot.md.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/runtime/cursor.h"
#include "common/seam/messages.h"

namespace doorstep::runtime {

struct StateFormat {
  std::uint64_t magic{};    // eight letters: whose state it is
  std::uint32_t version{};  // of what the fold says
  std::uint32_t layout{};   // of the bytes
};

// How far a fold has come.
struct Progress {
  Cursor cursor{};
  Instant recorded_at{};  // of the event at the cursor
};

template <class State>
struct Kept {
  Progress progress{};
  State state{};
};

void write_heading(ArchiveWriter& archive, const StateFormat& format, const Progress& progress);
// nullopt: of another format, or the place contradicts itself.
[[nodiscard]] std::optional<Progress> read_heading(ArchiveReader& archive,
                                                   const StateFormat& format);

// The place of a snapshot in whatever format; nullopt: it contradicts itself.
[[nodiscard]] std::optional<Progress> progress_of_any(BytesView snapshot);
// Where the same records go on as another epoch. Pre-condition: it has a place.
void set_epoch(Bytes& snapshot, Epoch epoch);

template <class State>
[[nodiscard]] Bytes to_bytes(const StateFormat& format, const Progress& progress,
                             const State& state) {
  ArchiveWriter archive;
  write_heading(archive, format, progress);
  archive(state);
  return std::move(archive).finish();
}

// nullopt: not of this format, or its fields contradict each other.
template <class State>
[[nodiscard]] std::optional<Kept<State>> kept_from(const StateFormat& format, BytesView bytes) {
  ArchiveReader archive{bytes};
  auto progress = read_heading(archive, format);
  if (!progress) return std::nullopt;
  std::optional<Kept<State>> kept{std::in_place};
  kept->progress = std::move(*progress);
  archive(kept->state);
  if (!archive.is_complete()) return std::nullopt;
  return kept;
}

}  // namespace doorstep::runtime
