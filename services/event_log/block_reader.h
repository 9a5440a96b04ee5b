// Blocks for the feed: from the tail where they are recent, else from the store, with the last few
// kept open so that readers who follow each other share the work. One thread.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "common/seam/block_store.h"
#include "common/wire/block.h"
#include "services/event_log/tail.h"

namespace doorstep::event_log {

struct OpenedBlock {
  StoredBlock stored{};
  wire::Block block{};
  std::vector<Heading> headings{};  // of its records, once asked for
};

class BlockReader {
 public:
  static constexpr std::size_t kept_max = 8;

  // Both must outlive it.
  BlockReader(const BlockStore& store, const Tail& tail) : store_{store}, tail_{tail} {}

  // Pre-condition for all: `position` is durable. damaged: the block is not there or is not one.
  [[nodiscard]] Result<StoredBlock> stored(Position position);
  // Valid until the next call of these three.
  [[nodiscard]] Result<const OpenedBlock*> open(Position position);
  [[nodiscard]] Result<const OpenedBlock*> open_with_headings(Position position);
  // For whoever wants few records of a block: opens no more than it must.
  [[nodiscard]] Result<const wire::Record*> record(Position position);

  // How often the store was asked, and the size before compression of the records that were opened
  // or sent out of what it gave: what whoever reads them has to work through.
  [[nodiscard]] std::uint64_t store_reads() const { return store_reads_; }
  [[nodiscard]] std::uint64_t store_bytes() const { return store_bytes_; }

 private:
  enum class From : std::uint8_t { tail, kept, store };
  struct Found {
    StoredBlock stored{};
    From from{};
  };
  [[nodiscard]] Result<Found> find(Position position);
  [[nodiscard]] Result<OpenedBlock*> keep_open(Position position);

  const BlockStore& store_;
  const Tail& tail_;
  // The most recently used first.
  std::list<OpenedBlock> kept_{};
  std::list<OpenedBlock> kept_parts_{};  // of which `block` has some records
  std::uint64_t store_reads_{};
  std::uint64_t store_bytes_{};
};

}  // namespace doorstep::event_log
