#include "services/aggregation/area_tree.h"

#include <algorithm>

namespace doorstep::aggregation {

AreaTree::AreaTree() : nodes_(1) { (void)index_.try_emplace(AreaCode{}, 0); }

AreaNode AreaTree::add(AreaCode code) {
  if (const auto known = find(code)) return *known;
  const AreaCode above = parent(code);
  std::optional<AreaNode> parent_node;
  if (above.is_known()) parent_node = add(above);

  const auto node = static_cast<AreaNode>(nodes_.size());
  nodes_.push_back({.code = code, .parent = parent_node});
  (void)index_.try_emplace(code, static_cast<std::uint32_t>(node));
  if (parent_node) {
    std::vector<AreaNode>& siblings = nodes_[number(*parent_node)].children;
    const auto by_code = [&](AreaNode one) { return at(one).code; };
    siblings.insert(std::ranges::lower_bound(siblings, code, {}, by_code), node);
  } else {
    roots_.push_back(node);
  }
  return node;
}

std::optional<AreaNode> AreaTree::find(AreaCode code) const {
  const auto number = index_.find(code);
  if (!number) return std::nullopt;
  return AreaNode{*number};
}

}  // namespace doorstep::aggregation
