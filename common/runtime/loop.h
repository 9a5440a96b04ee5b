// How a process lives: step until idle, wait, and on SIGTERM or SIGINT drain and end. The only
// place in a process that sleeps.
#pragma once

#include "common/domain/instant.h"
#include "common/runtime/bell.h"
#include "common/runtime/service.h"
#include "common/seam/clock.h"
#include "common/seam/waiter.h"

namespace doorstep::runtime {

// SIGTERM and SIGINT as something to ask for. Made first in main(), before any thread: it blocks
// both in this thread and in all that come after (a signal in a library's thread would interrupt
// its calls), and ignores SIGPIPE. A waiter watches fd().
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] bool asked();  // stays true once it was
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_{-1};
  bool asked_{};
};

struct LoopLimits {
  Milliseconds wait_max{20};      // the longest sleep: also how fine a service's own timers are
  Milliseconds drain_max{5'000};  // after that the process ends with work unfinished
};

// The process's exit code: 0 after a stop that drained; 1 when a step failed or draining took too
// long, which is logged. `waiter` must watch stop.fd() and bell.fd().
[[nodiscard]] int run(Service& service, const Clock& clock, Waiter& waiter, StopSignal& stop,
                      Bell& bell, const LoopLimits& limits = {});

}  // namespace doorstep::runtime
