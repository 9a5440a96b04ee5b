// The areas that open streams show: which of them changed when, and each as JSON once it was asked
// for. Follows aggregation's changes one answer at a time, so that it knows of every change between
// two positions.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "services/reporting/aggregation_client.h"
#include "services/reporting/area_names.h"

namespace doorstep::reporting {

class WatchedAreas {
 public:
  struct Shown {
    std::string json{};  // empty: not there yet, or no such area
    Position as_of{};
    bool is_new{};  // since settle()
  };

  // Both outlive it.
  WatchedAreas(AggregationClient& aggregation, AreaNames& names)
      : aggregation_{aggregation}, names_{names} {}

  // Counted: an area is watched as often as it was added.
  void add(AreaCode area);
  void remove(AreaCode area);

  // Asks for what changed, once: call it when a tick is over. Its answer comes by itself.
  void look_for_changes();
  // The edition of what is shown. Where it becomes another, nothing of the one before is shown any
  // more.
  [[nodiscard]] const wire::Edition& edition() const { return edition_; }
  // Asks for the areas that changed or were added.
  void refresh(Now now);

  // True where nothing is on its way: what is shown is complete as of position().
  [[nodiscard]] bool is_complete() const { return asked_ == 0 && dirty_.empty(); }
  // What was shown so far is not new any more.
  void settle();

  // Pre-condition: it is watched.
  [[nodiscard]] const Shown& shown(AreaCode area) const { return areas_.at(area).shown; }
  // True where the area surely did not change after `since`.
  [[nodiscard]] bool is_unchanged_since(AreaCode area, Position since) const;
  // Everything that changed up to here is known; 0 before aggregation's first answer.
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] std::size_t size() const { return areas_.size(); }

 private:
  struct Watched {
    Shown shown{};
    std::size_t count{};
  };

  // True where it is another one than before.
  bool take_edition(const wire::Answer& answer);
  void changed(const wire::Answer& answer);
  void answered(AreaCode area, const wire::Answer& answer);

  AggregationClient& aggregation_;
  AreaNames& names_;
  std::map<AreaCode, Watched> areas_{};
  std::set<AreaCode> dirty_{};  // to ask for
  std::size_t asked_{};
  bool is_looking_{};
  wire::Edition edition_{};
  Position position_{};
  Position known_from_{};  // changes before this are not told apart
  std::unordered_map<AreaCode, Position> changed_at_{};
};

}  // namespace doorstep::reporting
