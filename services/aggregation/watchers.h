// Questions that wait for a change. Each is answered once: when an area changed after the position
// that it names, at most every `interval`, or with nothing after `silence_max`, so that a reader
// knows the projection lives. One watch for a peer: a newer one takes the older one's place. One
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/seam/messages.h"
#include "services/aggregation/changes.h"

namespace doorstep::aggregation {

struct Watcher {
  PeerId peer{};
  std::uint64_t number{};  // of its question
  Position after{};
  Milliseconds since{};  // monotonic
};

class Watchers {
 public:
  struct Limits {
    std::size_t watchers_max{1'024};  // the one that waited longest is answered to make room
    Milliseconds interval{50};
    Milliseconds silence_max{1'000};
  };

  explicit Watchers(Limits limits) : limits_{limits} {}

  void park(Watcher watcher);
  // Those that are to be answered now; they are no longer parked.
  [[nodiscard]] std::vector<Watcher> due(const Changes& changes, Milliseconds monotonic);
  [[nodiscard]] std::size_t size() const { return parked_.size(); }

 private:
  Limits limits_{};
  std::deque<Watcher> parked_{};  // oldest first
  Milliseconds next_answers_{};
};

}  // namespace doorstep::aggregation
