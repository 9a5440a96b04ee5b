// The real clock, or the data folder's simulated one; timeouts are real in both. Any thread.
#pragma once

#include <optional>
#include <string>

#include "common/runtime/data_folder.h"
#include "common/seam/clock.h"

namespace doorstep::runtime {

class SystemClock final : public Clock {
 public:
  SystemClock() = default;
  explicit SystemClock(std::optional<SimulatedClock> simulated) : simulated_{simulated} {}

  [[nodiscard]] Instant now() const override;
  [[nodiscard]] Milliseconds monotonic() const override;

 private:
  std::optional<SimulatedClock> simulated_{};
};

// CLOCK_BOOTTIME, which counts while the machine sleeps, beside the wall clock. Any thread.
class SystemMachineClock final : public MachineClock {
 public:
  SystemMachineClock();
  [[nodiscard]] MachineTime look() const override;

 private:
  std::string boot_{};  // of the kernel; empty where it does not say
};

// The wall clock of this machine, for making a SimulatedClock's anchor.
[[nodiscard]] Instant real_now();

}  // namespace doorstep::runtime
