#include "services/event_log/day_ends.h"

namespace doorstep::event_log {

std::optional<DayEnd> DayEnds::end() {
  const DayEnd end{beijing_day(recorded_at_), head_};
  if (head_ == Position{} || told_ == end) return std::nullopt;
  told_ = end;
  return end;
}

std::optional<DayEnd> DayEnds::take(Position position, Instant recorded_at) {
  std::optional<DayEnd> ended;
  if (crosses(recorded_at)) ended = end();
  head_ = position;
  recorded_at_ = recorded_at;
  return ended;
}

std::optional<DayEnd> DayEnds::tick(Instant now) {
  if (beijing_day(now) <= beijing_day(recorded_at_)) return std::nullopt;
  return end();
}

}  // namespace doorstep::event_log
