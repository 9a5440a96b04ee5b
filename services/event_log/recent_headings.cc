#include "services/event_log/recent_headings.h"

#include <bitset>
#include <cstdint>
#include <limits>
#include <vector>

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
  constexpr std::size_t all_types = std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1;
  std::bitset<all_types> types;  // a list would be searched again for each of them
  for (const EventType type : wanted.types) types.set(static_cast<std::uint16_t>(type));
  const std::vector<EventType> any;
  const Wanted other{.area = wanted.area, .stream = wanted.stream, .types = any};
  for (std::size_t i = number(after) - number(forgotten_); i < headings_.size(); ++i) {
    const Heading& heading = headings_[i];
    const bool is_of_type =
        wanted.types.empty() || types.test(static_cast<std::uint16_t>(heading.type));
    if (is_of_type && matches(other, heading)) return Position{number(forgotten_) + i + 1};
  }
  return std::nullopt;
}

}  // namespace doorstep::event_log
