// What time it is. Only main.cc makes a real one; rules get `now` as an argument.
#pragma once

#include "common/domain/clock_check.h"

namespace doorstep {

class Clock {
 public:
  virtual ~Clock() = default;
  // The county's wall clock: stamps, windows and days. May be simulated and faster than real.
  [[nodiscard]] virtual Instant now() const = 0;
  // Never steps back and is never simulated: timeouts and retries. Its zero is arbitrary.
  [[nodiscard]] virtual Milliseconds monotonic() const = 0;
};

// The machine's own clocks beside each other, for judging whether the wall clock can be believed.
class MachineClock {
 public:
  virtual ~MachineClock() = default;
  // All of it at one moment.
  [[nodiscard]] virtual MachineTime look() const = 0;
};

}  // namespace doorstep
