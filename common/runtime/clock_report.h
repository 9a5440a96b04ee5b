// What a service says about the clock: its own look at it, beside the last record that it has seen.
// One thread.
#pragma once

#include <optional>

#include "common/runtime/clock_file.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/service.h"
#include "common/seam/clock.h"

namespace doorstep::runtime {

class ClockReport {
 public:
  // Without a machine's clock only the record is looked at: a simulated one goes on while nothing
  // runs. `step`: what the log saw before.
  ClockReport() = default;
  ClockReport(const MachineClock* machine, std::optional<ClockStep> step, ClockLimits limits)
      : machine_{machine}, watch_{step}, limits_{limits} {}
  // Of this data folder. A file of the log's that is missing or damaged says nothing.
  [[nodiscard]] static ClockReport of(const DataFolder& folder, const MachineClock& machine);

  // Once in each step; looks each second.
  void look(Now now);
  [[nodiscard]] std::optional<ClockProblem> problem(Instant last_record, Instant now) const;

 private:
  const MachineClock* machine_{};
  ClockWatch watch_{};
  ClockLimits limits_{};
  std::optional<ClockStep> step_{};
  std::optional<Milliseconds> looked_at_{};
};

}  // namespace doorstep::runtime
