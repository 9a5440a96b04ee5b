// The Waiter of a process that waits for file descriptors only: bells, the stop signal.
#pragma once

#include <vector>

#include "common/seam/waiter.h"

namespace doorstep::runtime {

class PollWaiter final : public Waiter {
 public:
  explicit PollWaiter(std::vector<int> fds) : fds_{std::move(fds)} {}
  void wait(Milliseconds max) override;

 private:
  std::vector<int> fds_{};
};

}  // namespace doorstep::runtime
