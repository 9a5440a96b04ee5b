// Where the whole system runs in one thread nobody sleeps: the scenario moves its clock instead.
#pragma once

#include "common/seam/waiter.h"

namespace doorstep::memory {

class MemoryWaiter final : public Waiter {
 public:
  void wait(Milliseconds) override {}
};

}  // namespace doorstep::memory
