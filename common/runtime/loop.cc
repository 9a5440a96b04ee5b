#include "common/runtime/loop.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "common/domain/assert.h"
#include "common/runtime/logging.h"

namespace doorstep::runtime {

StopSignal::StopSignal() {
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  DOORSTEP_ASSERT(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  fd_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  DOORSTEP_ASSERT(fd_ >= 0);
  // A client or supervisor that went away is an error of write(), not the end of this process.
  DOORSTEP_ASSERT(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

StopSignal::~StopSignal() { close(fd_); }

bool StopSignal::asked() {
  signalfd_siginfo signal{};
  if (read(fd_, &signal, sizeof signal) == sizeof signal) asked_ = true;
  return asked_;
}

int run(Service& service, const Clock& clock, Waiter& waiter, StopSignal& stop, Bell& bell,
        const LoopLimits& limits) {
  bool draining = false;
  Milliseconds drain_until{};
  for (;;) {
    // Cleared before the step: a ring during it wakes the next wait.
    bell.clear();
    const Now now{clock.now(), clock.monotonic()};
    const auto work = service.step(now);
    if (!work) {
      log_error(work.error().message);
      return 1;
    }
    if (!draining && stop.asked()) {
      draining = true;
      drain_until = now.monotonic + limits.drain_max;
      log_info("stopping");
      service.drain();
      continue;
    }
    if (draining && service.drained()) {
      log_info("stopped");
      return 0;
    }
    if (draining && now.monotonic >= drain_until) {
      log_error("stopped with work unfinished after " + std::to_string(limits.drain_max.count()) +
                " ms");
      return 1;
    }
    if (*work == Work::idle) waiter.wait(limits.wait_max);
  }
}

}  // namespace doorstep::runtime
