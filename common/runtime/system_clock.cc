#include "common/runtime/system_clock.h"

#include <algorithm>
#include <chrono>

namespace doorstep::runtime {

Instant real_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Milliseconds>(since_epoch).count()};
}

Instant SystemClock::now() const {
  const Instant real = real_now();
  if (!simulated_) return real;
  const Instant shown =
      simulated_->starts + (real - simulated_->anchor) * std::int64_t{simulated_->speed};
  return std::clamp(shown, first_instant, last_instant);  // what services state can be recorded
}

Milliseconds SystemClock::monotonic() const {
  return std::chrono::duration_cast<Milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace doorstep::runtime
