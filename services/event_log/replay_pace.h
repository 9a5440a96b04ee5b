// How much catching up a moment allows while appends are under way: so many bytes of records,
// before compression, since these are what a reader has to work through. When nothing is appended
// there is no limit. Pure; one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "common/domain/instant.h"

namespace doorstep::event_log {

class ReplayPace {
 public:
  struct Limits {
    // About 120,000 visits a second. On 2 cores that all share, 50,000 appends a second then keep
    // their median within a few percent; without a limit a replay makes it several times as long.
    std::int64_t bytes_per_ms{48 * 1024};
    std::int64_t bytes_saved_max{1024 * 1024};  // the feed's loop sleeps at most 20 ms
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
