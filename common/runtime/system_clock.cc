#include "common/runtime/system_clock.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace doorstep::runtime {
namespace {

constexpr Milliseconds pair_apart_max{100};
constexpr int pair_tries_max = 10;

Milliseconds since_boot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return Milliseconds{std::int64_t{time.tv_sec} * 1'000 + time.tv_nsec / 1'000'000};
}

}  // namespace

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

SystemMachineClock::SystemMachineClock() {
  std::ifstream in{"/proc/sys/kernel/random/boot_id"};
  std::getline(in, boot_);
}

MachineTime SystemMachineClock::look() const {
  // Where this thread was held up between the two, they are no pair: looked at again.
  MachineTime time{.boot = boot_};
  Milliseconds after = since_boot();
  for (int tries = 0; tries < pair_tries_max; ++tries) {
    time.since_boot = after;
    time.wall = real_now();
    after = since_boot();
    if (after - time.since_boot <= pair_apart_max) break;
  }
  return time;
}

}  // namespace doorstep::runtime
