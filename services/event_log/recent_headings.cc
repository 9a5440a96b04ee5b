#include "services/event_log/recent_headings.h"

#include "common/domain/assert.h"

namespace doorstep::event_log {

void RecentHeadings::add(Position position, const Heading& heading) {
  if (headings_.empty()) forgotten_ = Position{number(position) - 1};
  DOORSTEP_ASSERT(number(position) == number(forgotten_) + headings_.size() + 1);
  headings_.push_back(heading);
  if (headings_.size() <= kept_max) return;
  headings_.pop_front();
  forgotten_ = next(forgotten_);
}

std::optional<Position> RecentHeadings::first_match(const Wanted& wanted, Position after) const {
  DOORSTEP_ASSERT(after >= forgotten_);
  for (std::size_t i = number(after) - number(forgotten_); i < headings_.size(); ++i) {
    if (matches(wanted, headings_[i])) return Position{number(forgotten_) + i + 1};
  }
  return std::nullopt;
}

}  // namespace doorstep::event_log
