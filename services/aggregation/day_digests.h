// The digests of ended days: what the log is told, what it still has to be told, and whether a
// recorded digest is the one that this fold had at that position. Pure; one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "common/domain/event.h"
#include "common/hash/sha256.h"

namespace doorstep::aggregation {

struct DayDigest {
  Day day{};
  Position upto{};  // the last position of the day
  Sha256 sha256{};

  bool operator==(const DayDigest&) const = default;
};

// The event under which the log keeps it. Its id follows from projection, version and day: said
// again after a restart, the log knows it already.
[[nodiscard]] Event event_of(const DayDigest& digest);

class DayDigests {
 public:
  [[nodiscard]] bool has(Day day) const { return known_.contains(day); }
  // Pre-condition: not has(day).
  void end_day(const DayDigest& digest);
  [[nodiscard]] std::optional<DayDigest> next_untold() const;
  void told(Day day);
  // Days that the log has not acknowledged yet.
  [[nodiscard]] std::size_t untold() const { return untold_.size(); }

  // nullopt: nothing to compare with. False: the log holds another digest for the same position, so
  // that one of the two folds is wrong.
  [[nodiscard]] std::optional<bool> confirms(const ProjectionDigestRecorded& recorded) const;

 private:
  std::map<Day, DayDigest> known_{};
  std::deque<Day> untold_{};
};

}  // namespace doorstep::aggregation
