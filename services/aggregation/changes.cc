#include "services/aggregation/changes.h"

namespace doorstep::aggregation {

void Changes::touch(AreaNode node) {
  if (number(node) >= marks_.size()) marks_.resize(number(node) + 1);
  Mark& mark = marks_[number(node)];
  if (mark.is_touched) return;
  mark.is_touched = true;
  touched_.push_back(node);
}

void Changes::settle(const AreaTree& areas, Position upto) {
  if (touched_.empty() && !all_touched_) return;
  marks_.resize(areas.size());
  latest_ = upto;
  if (all_touched_) {
    for (Mark& mark : marks_) mark = {.changed_at = upto};
  }
  for (const AreaNode touched : touched_) {
    marks_[number(touched)].is_touched = false;
    areas.upward(touched, [&](AreaNode node) { marks_[number(node)].changed_at = upto; });
  }
  touched_.clear();
  all_touched_ = false;
}

std::vector<AreaCode> Changes::since(const AreaTree& areas, Position position) const {
  std::vector<AreaCode> codes;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    const AreaCode code = areas.at(static_cast<AreaNode>(i)).code;
    if (marks_[i].changed_at > position && code.is_known()) codes.push_back(code);
  }
  return codes;
}

}  // namespace doorstep::aggregation
