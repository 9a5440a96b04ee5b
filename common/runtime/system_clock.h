// The real clock, or the data folder's simulated one; timeouts are real in both. Any thread.
#pragma once

#include <optional>

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

// The wall clock of this machine, for making a SimulatedClock's anchor.
[[nodiscard]] Instant real_now();

}  // namespace doorstep::runtime
