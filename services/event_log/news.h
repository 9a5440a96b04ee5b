// What the command side tells the feed beside the tail's blocks: whether appends are under way, the
// newest signed checkpoint, and up to where events are no longer kept. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "services/event_log/floor_news.h"

namespace doorstep::event_log {

// Whether appends are under way: while they are, catching up has to wait its turn.
class Load {
 public:
  // So long after the last append the log counts as busy: longer than the pause between two group
  // commits, shorter than anybody would notice a replay to wait.
  static constexpr Milliseconds busy_for{20};

  void append_seen(Milliseconds now) { last_ms_.store(now.count(), std::memory_order_relaxed); }
  [[nodiscard]] bool is_busy(Milliseconds now) const {
    return now.count() - last_ms_.load(std::memory_order_relaxed) <= busy_for.count();
  }

 private:
  std::atomic<std::int64_t> last_ms_{-1'000'000};
};

class LatestCheckpoint {
 public:
  // Before the tail gets a block beyond `size`: then no reader can have passed it unnoticed.
  void set(std::uint64_t size, std::string note) {
    const std::scoped_lock lock{mutex_};
    note_ = std::move(note);
    size_.store(size, std::memory_order_release);
  }

  struct Signed {
    Position size{};
    std::string note{};  // docs/formats/checkpoint.md
  };
  // If its size lies in [from, to] and is larger than `known`.
  [[nodiscard]] std::optional<Signed> within(Position from, Position to, Position known) const {
    const Position size{size_.load(std::memory_order_acquire)};
    if (size <= known || size < from || size > to) return std::nullopt;
    const std::scoped_lock lock{mutex_};
    if (Position{size_.load(std::memory_order_relaxed)} != size)
      return std::nullopt;  // the newer one comes with a later batch
    return Signed{size, note_};
  }

 private:
  mutable std::mutex mutex_{};
  std::atomic<std::uint64_t> size_{0};
  std::string note_{};
};

struct News {
  Load load{};
  LatestCheckpoint checkpoint{};
  FloorNews floor{};
};

}  // namespace doorstep::event_log
