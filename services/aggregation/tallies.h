// The count of every area in every round. An area's own households are counted at once; the areas
// above take part when `settle` is called, once per block, and MODEL's identities are asserted
// there. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "common/domain/tally.h"
#include "services/aggregation/answers.h"
#include "services/aggregation/area_tree.h"
#include "services/aggregation/contribution.h"

namespace doorstep::aggregation {

class Tallies {
 public:
  // A contribution at the node of its area.
  struct Placed {
    AreaNode node{};
    Contribution contribution{};
  };
  // Takes `before` from its area and adds `after` to its own.
  void move(SheetNumber sheet, const Placed& before, const Placed& after);
  // Brings the levels above up to date. Asserts that every changed area is the sum of its parts.
  void settle(const AreaTree& areas);

  // The area with all below it, as of the last settle().
  [[nodiscard]] const Tally& total(SheetNumber sheet, AreaNode node) const;
  // Of all areas, known or not.
  [[nodiscard]] Tally sum(const AreaTree& areas, SheetNumber sheet) const;

 private:
  struct Count {
    Tally own{};      // households placed in exactly this area
    Tally settled{};  // `own` as the levels above know it
    Tally total{};    // own and all below
    bool is_dirty{};
  };
  struct SheetCounts {
    std::vector<Count> by_node{};
    std::vector<AreaNode> dirty{};
  };

  Count& touch(SheetCounts& counts, AreaNode node);
  static void settle_sheet(const AreaTree& areas, SheetCounts& counts);

  std::vector<SheetCounts> sheets_{};
};

}  // namespace doorstep::aggregation
