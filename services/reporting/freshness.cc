#include "services/reporting/freshness.h"

#include <algorithm>

namespace doorstep::reporting {

void Freshness::counted(const Counted& counted, Milliseconds at) {
  if (counted.edition != latest_.edition) {
    latest_ = {};
    behind_since_.reset();
    was_level_ = false;
  }
  answered_ = at;
  const Position head = std::max(latest_.head, counted.head);
  // Answers to several questions may overtake each other; what was counted stays counted.
  if (counted.as_of >= latest_.as_of) latest_ = counted;
  latest_.head = head;
  if (latest_.as_of >= latest_.head) was_level_ = true;
  note_head(counted.head, at);
}

void Freshness::heard_log(Position head, Milliseconds at) {
  log_heard_ = log_heard_ ? std::max(*log_heard_, at) : at;
  latest_.head = std::max(latest_.head, head);
  note_head(head, at);
}

// Follows one position at a time: in a log that never rests the projection is always a little
// behind the head, and late only if it does not reach where the head was.
void Freshness::note_head(Position head, Milliseconds at) {
  if (behind_since_ && latest_.as_of >= behind_of_) behind_since_.reset();
  if (behind_since_ || head <= latest_.as_of) return;
  behind_since_ = at;
  behind_of_ = head;
}

Condition Freshness::judge(Milliseconds now) const {
  if (!answered_ || !was_level_) return Condition::starting;
  const bool is_silent = now - *answered_ > limits_.silence_max || !log_heard_ ||
                         now - *log_heard_ > limits_.silence_max;
  const bool is_behind = behind_since_ && now - *behind_since_ > limits_.behind_max;
  return is_silent || is_behind ? Condition::late : Condition::fresh;
}

}  // namespace doorstep::reporting
