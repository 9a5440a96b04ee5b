// How much catching up a moment allows while appends are under way: so many bytes of blocks a
// millisecond. When nothing is appended there is no limit. Pure; one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "common/domain/instant.h"

namespace doorstep::event_log {

class ReplayPace {
 public:
  struct Limits {
    std::int64_t bytes_per_ms{8 * 1024};
    // What may be saved up: the feed's loop sleeps at most 20 ms, and a block is not cut.
    std::int64_t bytes_saved_max{512 * 1024};
  };

  explicit ReplayPace(Limits limits) : limits_{limits} {}

  // Whether another batch may be read now.
  [[nodiscard]] bool allows(bool is_busy, Milliseconds now) {
    if (!is_busy) return true;
    const std::int64_t passed = std::clamp<std::int64_t>((now - filled_at_).count(), 0, 1'000);
    filled_at_ = now;
    saved_ = std::min(saved_ + passed * limits_.bytes_per_ms, limits_.bytes_saved_max);
    return saved_ > 0;
  }
  // After reading: a large block is paid off before the next one.
  void spend(std::uint64_t bytes) {
    saved_ = std::max(saved_ - static_cast<std::int64_t>(bytes), -limits_.bytes_per_ms * 1'000);
  }

 private:
  Limits limits_{};
  std::int64_t saved_{};
  Milliseconds filled_at_{};
};

}  // namespace doorstep::event_log
