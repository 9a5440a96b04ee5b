// Which households need another look: those that an event touched, all of them when a round opens
// or closes, and those that waited for someone when someone may have come. Pure; what it holds is
// bounded by the number of households.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/register.h"

namespace doorstep::assignment {

class Backlog {
 public:
  // `known` has folded the same event already.
  void note(const Recorded& recorded, const Register& known);
  void add(HouseholdIndex household);
  // After a start from a snapshot: everybody, as if their events had been noted.
  void add_all(const Register& known);
  // The next household to look at. What events touched comes before the rest of a sweep.
  [[nodiscard]] std::optional<HouseholdIndex> take(const Register& known);

  // Says after a look whether the household's task found nobody to be given to; `area` is where it
  // is.
  void set_waiting(HouseholdIndex household, bool waits, AreaCode area);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  void add_waiting_in(AreaCode home);
  void add_whoever_may_be_helped();

  std::deque<HouseholdIndex> touched_{};
  std::vector<bool> is_touched_{};  // by HouseholdIndex
  std::uint32_t sweep_next_{};      // the next household of the sweep over all; past the end: none
  std::set<AreaCode> came_at_{};    // homes where someone came since the last look
  std::set<std::pair<AreaCode, HouseholdIndex>> waiting_{};
  std::vector<AreaCode> waits_at_{};  // by HouseholdIndex; unknown: it does not wait
  bool look_at_all_waiting_{};
};

}  // namespace doorstep::assignment
