// When a day of the log is over and which position was its last, by recordedAt and Beijing time.
// Pure; one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "common/domain/event.h"

namespace doorstep::event_log {

struct DayEnd {
  Day day{};
  Position last{};
  bool operator==(const DayEnd&) const = default;
};

class DayEnds {
 public:
  DayEnds(Position head, Instant recorded_at) : head_{head}, recorded_at_{recorded_at} {}

  // True where these records, from the head on to this time, reach into another day.
  [[nodiscard]] bool crosses(Instant recorded_at) const {
    return head_ != Position{} && beijing_day(recorded_at) != beijing_day(recorded_at_);
  }
  // The next recorded event. Its day's predecessor is over if it is in another day.
  [[nodiscard]] std::optional<DayEnd> take(Position position, Instant recorded_at);
  // The clock says that the head's day is over, and nothing is on its way that may belong to it.
  // Where the clock is set back later and the day goes on, it ends once more.
  [[nodiscard]] std::optional<DayEnd> tick(Instant now);

 private:
  [[nodiscard]] std::optional<DayEnd> end();

  Position head_{};
  Instant recorded_at_{};
  std::optional<DayEnd> told_{};
};

}  // namespace doorstep::event_log
