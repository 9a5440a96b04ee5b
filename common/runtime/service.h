// How a service runs: a class with step(now), called by one loop thread in a process and by the
// scenario's single thread in a test.
#pragma once

#include "common/domain/instant.h"
#include "common/domain/result.h"

namespace doorstep {

struct Now {
  Instant wall{};            // the county's clock, may be simulated
  Milliseconds monotonic{};  // for timeouts
};

enum class Work : std::uint8_t {
  done,  // something was done; step again at once
  idle,  // nothing to do until a message, a bell or the next tick
};

class Service {
 public:
  virtual ~Service() = default;
  // Bounded work, never blocks. An Error ends the process with a message; the supervisor restarts
  // it.
  [[nodiscard]] virtual Result<Work> step(Now now) = 0;
  // Asked to stop: refuse new work. The loop ends once drained() or after a deadline.
  virtual void drain() {}
  [[nodiscard]] virtual bool drained() const { return true; }
};

}  // namespace doorstep
