// The areas that the log has named, with their ancestors, as a tree of numbered nodes. Other
// projections keep what they count in vectors by node. Pure; nodes are only ever added.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/domain/area.h"
#include "common/projection/id_index.h"

namespace doorstep::aggregation {

enum class AreaNode : std::uint32_t {};

[[nodiscard]] constexpr std::size_t number(AreaNode node) { return static_cast<std::size_t>(node); }

class AreaTree {
 public:
  // Households and visits whose area nobody knows yet. It is nobody's child.
  static constexpr AreaNode unknown{0};

  struct Node {
    AreaCode code{};
    std::optional<AreaNode> parent{};
    std::vector<AreaNode> children{};  // in code order
  };

  AreaTree();

  // The area's node; it and its ancestors are added where they are new.
  AreaNode add(AreaCode code);
  [[nodiscard]] std::optional<AreaNode> find(AreaCode code) const;
  [[nodiscard]] const Node& at(AreaNode node) const { return nodes_[number(node)]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  // The counties, and the unknown area.
  [[nodiscard]] const std::vector<AreaNode>& roots() const { return roots_; }

  // Calls `visit(node)` for the node itself and for each of its ancestors, going up.
  template <class Visit>
  void upward(AreaNode from, Visit&& visit) const {
    for (std::optional<AreaNode> node = from; node; node = at(*node).parent) visit(*node);
  }
  // Calls `visit(node)` for the node itself and for everything below it.
  template <class Visit>
  void downward(AreaNode from, Visit&& visit) const {
    visit(from);
    for (const AreaNode child : at(from).children) downward(child, visit);
  }

  // For snapshots: the codes, in the order added.
  template <class Archive>
  void archive(Archive& archive);

 private:
  std::vector<Node> nodes_{};
  std::vector<AreaNode> roots_{unknown};
  IdIndex<AreaCode> index_{};
};

}  // namespace doorstep::aggregation
