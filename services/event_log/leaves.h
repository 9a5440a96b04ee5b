// The leaves of a few pages, hashed from the stored blocks when a proof needs them, a bounded part
// at a time. With TreeNodes above them they answer for every complete subtree. One thread.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "services/event_log/block_reader.h"
#include "services/event_log/tree_nodes.h"

namespace doorstep::event_log {

class Leaves {
 public:
  static constexpr std::size_t kept_max = 4;         // pages
  static constexpr int block_reads_at_once_max = 2;  // so that appends do not wait for a proof

  // All must outlive it.
  Leaves(const BlockStore& store, const Tail& tail, const TreeNodes& nodes)
      : reader_{store, tail}, nodes_{nodes} {}

  // Nothing up to `floor` can be read any more; `leaves`: of those in its page.
  void begin_at(Position floor, std::vector<Sha256> leaves);

  // Goes on to load what subtrees of the first `size` leaves need, at most kept_max calls for
  // different pages in one proof. True once it is there; else call again. Pre-condition: durable.
  [[nodiscard]] Result<bool> load_page(std::uint64_t page, std::uint64_t size, int& reads_left);
  // Pre-condition: load_page() said true for the page of each subtree below a page's level.
  [[nodiscard]] Sha256 root(proof::Subtree wanted);
  // Pre-condition: loaded.
  [[nodiscard]] const Sha256& leaf(std::uint64_t index);
  // The record itself, as stored.
  [[nodiscard]] Result<Bytes> record(Position position);
  [[nodiscard]] Result<Instant> recorded_at(Position position);

 private:
  struct Page {
    std::uint64_t number{};
    std::vector<Sha256> leaves{};  // its first ones
  };
  [[nodiscard]] Page& keep(std::uint64_t number);
  [[nodiscard]] Outcome read_block(Page& page);
  [[nodiscard]] Sha256 root_within(std::span<const Sha256> leaves);

  BlockReader reader_;
  const TreeNodes& nodes_;
  Hasher hasher_{};
  std::uint64_t floor_page_{};
  std::vector<Sha256> floor_leaves_{};  // the first ones of that page
  std::list<Page> pages_{};             // the most recently used first
};

}  // namespace doorstep::event_log
