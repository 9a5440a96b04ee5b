#include "services/aggregation/watchers.h"

#include <utility>

namespace doorstep::aggregation {

void Watchers::park(Watcher watcher) {
  std::erase_if(parked_, [&](const Watcher& one) { return one.peer == watcher.peer; });
  parked_.push_back(watcher);
}

std::vector<Watcher> Watchers::due(const Changes& changes, Milliseconds monotonic) {
  std::vector<Watcher> due;
  while (parked_.size() > limits_.watchers_max) {
    due.push_back(parked_.front());
    parked_.pop_front();
  }
  const bool may_answer = monotonic >= next_answers_;
  bool told_changes = false;
  std::deque<Watcher> waiting;
  for (const Watcher& watcher : parked_) {
    const bool changed = may_answer && changes.any_since(watcher.after);
    const bool is_silent = monotonic - watcher.since >= limits_.silence_max;
    if (changed || is_silent) {
      due.push_back(watcher);
    } else {
      waiting.push_back(watcher);
    }
    told_changes = told_changes || changed;
  }
  parked_ = std::move(waiting);
  if (told_changes) next_answers_ = monotonic + limits_.interval;
  return due;
}

}  // namespace doorstep::aggregation
