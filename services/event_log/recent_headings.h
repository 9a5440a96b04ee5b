// The headings of the newest events, sequenced ones included: what a condition "nothing matching
// after that position" is decided from. Pure; one thread.
#pragma once

#include <deque>
#include <optional>

#include "services/event_log/heading.h"

namespace doorstep::event_log {

class RecentHeadings {
 public:
  static constexpr std::size_t kept_max = 128 * 1024;

  RecentHeadings() = default;
  // Nothing up to there is known.
  explicit RecentHeadings(Position forgotten) : forgotten_{forgotten} {}

  // Positions come one after the other; the first may be any.
  void add(Position position, const Heading& heading);
  // Nothing up to here is known any more: 0 while everything is.
  [[nodiscard]] Position forgotten() const { return forgotten_; }
  // The first event after `after` that matches. Pre-condition: after >= forgotten().
  [[nodiscard]] std::optional<Position> first_match(const Wanted& wanted, Position after) const;

 private:
  std::deque<Heading> headings_{};  // of forgotten_ + 1 and on
  Position forgotten_{};
};

}  // namespace doorstep::event_log
