// A block: what one group commit stores, and what a feed sends. Layout byte by byte: docs/formats/block.md.
// A record is a fixed stamp and the producer's bytes; a Merkle leaf is the hash of exactly that record.
#pragma once

#include <span>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/hash/sha256.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

// One append request inside a block: its id, what it said, and how many records are its own.
struct BlockRequest {
  AppendId append_id{};
  Sha256 digest{};
  Position first{};
  std::uint32_t events{};
};

struct Record {
  Stamp stamp{};
  BytesView event{};   // 8-aligned: ready for decode_event
  BytesView stored{};  // stamp and event as stored: what the Merkle leaf hashes
};

// Collects records; `finish` lays the block out and compresses it (LZ4 from 4 KiB up, where it helps).
class BlockBuilder {
 public:
  // Records of a request follow its begin_request. A feed's filtered block has records only.
  void begin_request(AppendId append_id, const Sha256& digest, Position first);
  // Pre-condition: positions ascend; `event` has a size that is a multiple of 8.
  void add(const Stamp& stamp, BytesView event);

  [[nodiscard]] std::size_t events() const { return events_; }
  [[nodiscard]] std::size_t raw_bytes() const { return records_.size(); }
  // The stored bytes of the records added so far, back to back, for hashing.
  [[nodiscard]] BytesView records() const { return records_; }
  // The block; the builder is empty afterwards and keeps its memory.
  [[nodiscard]] Bytes finish();

 private:
  Position first_{};
  Position last_{};
  std::size_t events_{};
  std::vector<BlockRequest> requests_{};
  Bytes records_{};
};

// An opened block. Owns the decompressed, 8-aligned copy that its records point into.
class Block {
 public:
  // damaged: not a block, or its sizes contradict each other. Reads nothing beyond `bytes`.
  [[nodiscard]] static Result<Block> open(BytesView bytes);

  [[nodiscard]] std::span<const BlockRequest> requests() const { return requests_; }
  [[nodiscard]] std::span<const Record> records() const { return records_; }

 private:
  std::vector<std::uint64_t> storage_{};
  std::vector<BlockRequest> requests_{};
  std::vector<Record> records_{};
};

}  // namespace doorstep::wire
