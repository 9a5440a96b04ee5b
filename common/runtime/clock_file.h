// log-head/clock: what the clocks said when the log last ran, so that its next start can tell
// whether the wall clock was set meanwhile. Layout: docs/operations.md. Errors: io, damaged.
#pragma once

#include <filesystem>
#include <optional>

#include "common/domain/clock_check.h"
#include "common/domain/result.h"

namespace doorstep::runtime {

struct ClockNote {
  MachineTime time{};
  std::optional<ClockStep> step{};  // the last one that was seen in this boot
};

// nullopt: there is none.
[[nodiscard]] Result<std::optional<ClockNote>> read_clock_note(const std::filesystem::path& file);
// Not synced: when the power fails the machine starts anew, and what it counted is gone anyway.
[[nodiscard]] Outcome write_clock_note(const std::filesystem::path& file, const ClockNote& note);

}  // namespace doorstep::runtime
