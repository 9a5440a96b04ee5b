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
  // runs. `before`: what the log noted in this boot.
  ClockReport() = default;
  ClockReport(const MachineClock* machine, const std::optional<ClockNote>& before,
              ClockLimits limits)
      : machine_{machine},
        watch_{before ? before->step : std::nullopt, limits.said,
               before ? std::optional{before->time} : std::nullopt},
        limits_{limits} {}
  // Of this data folder. A file of the log's that is missing or damaged says nothing.
  [[nodiscard]] static ClockReport of(const DataFolder& folder, const MachineClock& machine);

  // Once in each step; looks each second.
  void look(Now now, Instant last_record);
  [[nodiscard]] std::optional<ClockProblem> problem(Instant last_record, Instant now) const;

 private:
  const MachineClock* machine_{};
  ClockWatch watch_{};
  ClockLimits limits_{};
  std::optional<ClockStep> step_{};
  std::optional<Milliseconds> looked_at_{};
};

}  // namespace doorstep::runtime
