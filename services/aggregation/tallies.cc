#include "services/aggregation/tallies.h"

#include <utility>

#include "common/domain/assert.h"

namespace doorstep::aggregation {
namespace {

const Tally nobody{};

}  // namespace

Tallies::Count& Tallies::touch(SheetCounts& counts, AreaNode node) {
  if (number(node) >= counts.by_node.size()) counts.by_node.resize(number(node) + 1);
  Count& count = counts.by_node[number(node)];
  if (!count.is_dirty) {
    count.is_dirty = true;
    counts.dirty.push_back(node);
  }
  return count;
}

void Tallies::move(SheetNumber sheet, const Placed& before, const Placed& after) {
  if (before.contribution == after.contribution) return;
  const std::size_t at = std::to_underlying(sheet);
  if (at >= sheets_.size()) sheets_.resize(at + 1);
  SheetCounts& counts = sheets_[at];
  if (before.contribution.counted_as != CountedAs::nothing) {
    take(touch(counts, before.node).own, before.contribution);
  }
  if (after.contribution.counted_as != CountedAs::nothing) {
    add(touch(counts, after.node).own, after.contribution);
  }
}

void Tallies::settle(const AreaTree& areas) {
  for (SheetCounts& counts : sheets_) {
    if (!counts.dirty.empty()) settle_sheet(areas, counts);
  }
}

void Tallies::settle_sheet(const AreaTree& areas, SheetCounts& counts) {
  counts.by_node.resize(areas.size());
  std::vector<Count>& by_node = counts.by_node;
  std::vector<AreaNode> changed;
  std::vector<bool> is_changed(by_node.size());
  for (const AreaNode dirty : counts.dirty) {
    Count& count = by_node[number(dirty)];
    areas.upward(dirty, [&](AreaNode node) {
      Tally& total = by_node[number(node)].total;
      total -= count.settled;
      total += count.own;
      if (!is_changed[number(node)]) changed.push_back(node);
      is_changed[number(node)] = true;
    });
    count.settled = count.own;
    count.is_dirty = false;
  }
  counts.dirty.clear();

  for (const AreaNode node : changed) {
    const Count& count = by_node[number(node)];
    Tally parts = count.own;
    for (const AreaNode child : areas.at(node).children) parts += by_node[number(child)].total;
    DOORSTEP_ASSERT(parts == count.total);
    DOORSTEP_ASSERT(count.total.persons_not_verified <= count.total.persons_usual);
  }
}

const Tally& Tallies::total(SheetNumber sheet, AreaNode node) const {
  const std::size_t at = std::to_underlying(sheet);
  if (at >= sheets_.size() || number(node) >= sheets_[at].by_node.size()) return nobody;
  return sheets_[at].by_node[number(node)].total;
}

Tally Tallies::sum(const AreaTree& areas, SheetNumber sheet) const {
  Tally all;
  for (const AreaNode root : areas.roots()) all += total(sheet, root);
  return all;
}

}  // namespace doorstep::aggregation
