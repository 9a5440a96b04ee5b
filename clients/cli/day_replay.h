// Folds the log from its first event and says what the day was: the range of its positions, how
// many events, and the digest of the coverage projection at the end. Fed batch by batch; knows no
// clock and no socket.
#pragma once

#include <cstdint>
#include <optional>

#include "common/domain/event.h"
#include "common/hash/sha256.h"
#include "common/projection/projected.h"
#include "services/aggregation/coverage.h"

namespace doorstep::cli {

class DayReplay {
 public:
  explicit DayReplay(Day day) : day_{day} {}

  // Pre-condition: the next event after upto().
  void take(const Recorded& recorded);
  // Once per batch, as the live projection does.
  void settle();

  [[nodiscard]] Position upto() const { return projected_.upto; }
  // Of the day; zero while it has no event.
  [[nodiscard]] Position first() const { return first_; }
  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] Sha256 digest() const;

 private:
  Day day_{};
  Position first_{};
  Position last_{};
  std::uint64_t events_{};
  Projected<aggregation::Coverage> projected_{};
};

}  // namespace doorstep::cli
