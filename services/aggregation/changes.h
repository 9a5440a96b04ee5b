// Which areas changed when: what a watching reader is told. An area changes with everything below
// it. Only since this process started: a reader that asks from further back is told every area.
// Pure.
#pragma once

#include <vector>

#include "common/domain/ids.h"
#include "services/aggregation/area_tree.h"

namespace doorstep::aggregation {

class Changes {
 public:
  void touch(AreaNode node);
  void touch_all() { all_touched_ = true; }
  // What was touched, and the areas above, changed at `upto`.
  void settle(const AreaTree& areas, Position upto);

  // True where something changed after `position`.
  [[nodiscard]] bool any_since(Position position) const { return latest_ > position; }
  // Codes of the areas that changed after `position`, without the unknown one.
  [[nodiscard]] std::vector<AreaCode> since(const AreaTree& areas, Position position) const;

 private:
  struct Mark {
    Position changed_at{};
    bool is_touched{};
  };
  std::vector<Mark> marks_{};
  std::vector<AreaNode> touched_{};
  bool all_touched_{};
  Position latest_{};
};

}  // namespace doorstep::aggregation
