#include "services/event_log/earlier_root.h"

#include <algorithm>

namespace doorstep::event_log {
namespace {

// The first pages by their roots, then the records after them up to `size`.
Result<proof::MerkleTree> tree_of(const BlockStore& store, std::span<const Sha256> pages,
                                  std::uint64_t size, const proof::MerkleTree& floor,
                                  std::vector<Sha256>* completed) {
  Hasher hasher;
  proof::MerkleTree tree;
  for (const Sha256& page : pages) tree.append_page(hasher, page);
  if (floor.size() > tree.size() && floor.size() <= size) tree = floor;
  while (tree.size() < size) {
    const Position wanted = next(Position{tree.size()});
    const auto stored = store.read(wanted);
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) return failure(ErrorCode::damaged, "a block is missing");
    const auto block = wire::Block::open(*(*stored)->bytes);
    if (!block) return std::unexpected(block.error());
    for (const wire::Record& record : block->records()) {
      if (record.stamp.position < wanted || number(record.stamp.position) > size) continue;
      tree.append(hasher, record.stored, completed);
    }
    if (tree.size() < number(wanted)) return failure(ErrorCode::damaged, "a block is too short");
  }
  return tree;
}

// Whether the floor's tree, with the records after it, gives the page that the floor lies in.
Result<bool> is_of_its_page(const BlockStore& store, std::span<const Sha256> pages,
                            const proof::MerkleTree& floor) {
  const std::uint64_t page = floor.size() / page_events;
  if (floor.size() % page_events == 0 || pages.size() <= page) return true;
  std::vector<Sha256> completed;
  const auto tree = tree_of(store, {}, (page + 1) * page_events, floor, &completed);
  if (!tree) return std::unexpected(tree.error());
  return completed.back() == pages[page];
}

}  // namespace

Result<Sha256> earlier_root(const BlockStore& store, std::span<const Sha256> pages,
                            std::uint64_t size, const proof::MerkleTree& floor) {
  Hasher hasher;
  const auto complete = std::min<std::size_t>(pages.size(), size / page_events);
  const auto tree = tree_of(store, pages.first(complete), size, floor, nullptr);
  if (!tree) return std::unexpected(tree.error());
  return tree->root(hasher);
}

Outcome check_tree(const BlockStore& store, const IndexFold::Parts& parts,
                   const proof::MerkleTree& floor) {
  const Position upto{parts.tree.size()};
  if (upto == Position{}) return {};
  const auto is_of_floor = is_of_its_page(store, parts.pages, floor);
  if (!is_of_floor) return std::unexpected(is_of_floor.error());
  if (!*is_of_floor) {
    return failure(ErrorCode::damaged,
                   "the snapshot of the heads is of other events than the floor");
  }
  std::vector<Sha256> completed;
  const auto tree =
      tree_of(store, std::span{parts.pages}.first(page_of(upto)), number(upto), floor, &completed);
  if (!tree) return std::unexpected(tree.error());
  if (*tree == parts.tree && (completed.empty() || completed.back() == parts.pages.back())) {
    return {};
  }
  return failure(ErrorCode::damaged, "the snapshot of the heads is of other events");
}

}  // namespace doorstep::event_log
