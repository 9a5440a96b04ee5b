// Where a loop thread sleeps between steps: until something may be there to do, or for a while.
#pragma once

#include "common/domain/instant.h"

namespace doorstep {

class Waiter {
 public:
  virtual ~Waiter() = default;
  // Returns when a message or a wake-up (a bell, a signal) is there, at the latest after `max`. May
  // return early for no reason.
  virtual void wait(Milliseconds max) = 0;
};

}  // namespace doorstep
