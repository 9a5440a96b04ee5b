#include "services/event_log/leaves.h"

#include <algorithm>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {

using proof::page_leaves;
using proof::page_level;

Leaves::Page& Leaves::keep(std::uint64_t number) {
  const auto kept = std::ranges::find(pages_, number, &Page::number);
  if (kept != pages_.end()) {
    pages_.splice(pages_.begin(), pages_, kept);
  } else {
    pages_.push_front({.number = number});
    if (number == floor_page_) pages_.front().leaves = floor_leaves_;
    if (pages_.size() > kept_max) pages_.pop_back();
  }
  return pages_.front();
}

void Leaves::begin_at(Position floor, std::vector<Sha256> leaves) {
  floor_page_ = number(floor) / page_leaves;
  floor_leaves_ = std::move(leaves);
  std::erase_if(pages_, [this](const Page& page) { return page.number <= floor_page_; });
}

Result<bool> Leaves::load_page(std::uint64_t page, std::uint64_t size, int& reads_left) {
  Page& kept = keep(page);
  const std::uint64_t wanted = std::min(page_leaves, size - page * page_leaves);
  while (kept.leaves.size() < wanted) {
    if (reads_left-- <= 0) return false;
    if (const auto read = read_block(kept); !read) return std::unexpected(read.error());
  }
  return true;
}

// Leaf i is the record at position i + 1.
Outcome Leaves::read_block(Page& page) {
  const std::uint64_t begin = page.number * page_leaves;
  const Position wanted{begin + page.leaves.size() + 1};
  const auto opened = reader_.open(wanted);
  if (!opened) return std::unexpected(opened.error());
  for (const wire::Record& record : (*opened)->block.records()) {
    const std::uint64_t index = number(record.stamp.position) - 1;
    if (index < number(wanted) - 1) continue;
    if (index >= begin + page_leaves) break;
    if (index != begin + page.leaves.size()) break;
    page.leaves.push_back(proof::leaf_hash(hasher_, record.stored));
  }
  if (begin + page.leaves.size() >= number(wanted)) return {};
  return failure(ErrorCode::damaged,
                 "the block of position " + std::to_string(number(wanted)) + " does not hold it");
}

Sha256 Leaves::root_within(std::span<const Sha256> leaves) {
  if (leaves.size() == 1) return leaves.front();
  const std::size_t half = leaves.size() / 2;
  const Sha256 left = root_within(leaves.first(half));
  return proof::node_hash(hasher_, left, root_within(leaves.subspan(half)));
}

Sha256 Leaves::root(proof::Subtree wanted) {
  const std::uint64_t first = wanted.index << wanted.level;
  const std::uint64_t page = first / page_leaves;
  if (wanted.level >= page_level) return nodes_.root(wanted);
  const auto kept = std::ranges::find(pages_, page, &Page::number);
  const std::uint64_t begin = first % page_leaves;
  const std::uint64_t count = std::uint64_t{1} << wanted.level;
  DOORSTEP_ASSERT(kept != pages_.end() && begin + count <= kept->leaves.size());
  return root_within(std::span{kept->leaves}.subspan(begin, count));
}

const Sha256& Leaves::leaf(std::uint64_t index) {
  const auto kept = std::ranges::find(pages_, index / page_leaves, &Page::number);
  DOORSTEP_ASSERT(kept != pages_.end() && index % page_leaves < kept->leaves.size());
  return kept->leaves[index % page_leaves];
}

Result<Bytes> Leaves::record(Position position) {
  const auto found = reader_.record(position);
  if (!found) return std::unexpected(found.error());
  return Bytes((*found)->stored.begin(), (*found)->stored.end());
}

Result<Instant> Leaves::recorded_at(Position position) {
  const auto found = reader_.record(position);
  if (!found) return std::unexpected(found.error());
  return (*found)->stamp.recorded_at;
}

}  // namespace doorstep::event_log
