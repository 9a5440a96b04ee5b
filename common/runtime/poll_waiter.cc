#include "common/runtime/poll_waiter.h"

#include <poll.h>

namespace doorstep::runtime {

void PollWaiter::wait(Milliseconds max) {
  std::vector<pollfd> polled;
  for (const int fd : fds_) polled.push_back({.fd = fd, .events = POLLIN, .revents = 0});
  // Whatever it says, the loop looks for itself.
  poll(polled.data(), polled.size(), static_cast<int>(max.count()));
}

}  // namespace doorstep::runtime
