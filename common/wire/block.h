// A block: what one group commit stores, and what a feed sends. Layout byte by byte:
// docs/formats/block.md. A record is a fixed stamp and the producer's bytes; a Merkle leaf is the
// hash of exactly that record.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

inline constexpr std::size_t block_header_bytes = 40;
inline constexpr std::size_t request_entry_bytes = 64;
inline constexpr std::size_t stamp_bytes = 32;
inline constexpr std::size_t block_records_bytes_max = 64 * 1024 * 1024;  // before compression
inline constexpr std::size_t compressed_from_bytes = 4096;

// One append request inside a block: its id, what it said, and how many records are its own.
struct BlockRequest {
  AppendId append_id{};
  RequestDigest digest{};
  Position first{};
  std::uint32_t events{};
};

struct Record {
  Stamp stamp{};
  BytesView event{};   // 8-aligned: ready for decode_event
  BytesView stored{};  // stamp and event as stored: what the Merkle leaf hashes
};

// Collects records; `finish` lays the block out and compresses it (LZ4 from 4 KiB up, where it
// helps).
class BlockBuilder {
 public:
  // Records of a request follow its begin_request. A feed's filtered block has records only.
  void begin_request(AppendId append_id, const RequestDigest& digest, Position first);
  // For a digest that is only known later: of the request that was begun as number `index`.
  void set_digest(std::size_t index, const RequestDigest& digest);
  // Pre-condition: positions ascend; `event` has a size that is a multiple of 8.
  void add(const Stamp& stamp, BytesView event);

  [[nodiscard]] std::size_t events() const { return event_sizes_.size(); }
  [[nodiscard]] std::size_t requests() const { return requests_.size(); }
  [[nodiscard]] std::size_t raw_bytes() const { return records_.size(); }
  [[nodiscard]] Position first() const { return first_; }
  [[nodiscard]] Position last() const { return last_; }
  // The records added so far, as stored: back to back, each a stamp and an event of that size.
  [[nodiscard]] BytesView records() const { return records_; }
  [[nodiscard]] std::span<const std::uint32_t> event_sizes() const { return event_sizes_; }
  // The block. Pre-condition: it has a record. What is const above may be called meanwhile.
  [[nodiscard]] Bytes lay_out();
  // Empty again, with its memory kept.
  void clear();
  [[nodiscard]] Bytes finish() {
    Bytes block = lay_out();
    clear();
    return block;
  }

 private:
  Position first_{};
  Position last_{};
  std::vector<std::uint32_t> event_sizes_{};
  std::vector<BlockRequest> requests_{};
  Bytes records_{};
  Bytes compressed_{};
};

// An opened block. Owns the decompressed, 8-aligned copy that its records point into: it moves, and
// is never copied.
class Block {
 public:
  Block() = default;
  Block(Block&&) noexcept = default;
  Block& operator=(Block&&) noexcept = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // damaged: not a block, or its sizes contradict each other. Reads nothing beyond `bytes`.
  [[nodiscard]] static Result<Block> open(BytesView bytes);

  [[nodiscard]] std::span<const BlockRequest> requests() const { return requests_; }
  [[nodiscard]] std::span<const Record> records() const { return records_; }

 private:
  std::unique_ptr<std::uint64_t[]> storage_{};
  std::vector<BlockRequest> requests_{};
  std::vector<Record> records_{};
};

// What a block's header says, without opening it.
struct BlockHeader {
  Position first{};
  Position last{};
  std::uint32_t events{};
  std::uint32_t requests{};
  std::uint32_t raw_bytes{};     // of its records
  std::uint32_t stored_bytes{};  // of its records, maybe compressed
  bool compressed{};
};
// damaged: as for Block::open.
[[nodiscard]] Result<BlockHeader> read_block_header(BytesView bytes);

// Its append requests, without opening it. damaged: as for Block::open.
[[nodiscard]] Result<std::vector<BlockRequest>> read_block_requests(BytesView bytes);

// The same records, stored in the same way, and no request. `header` is the block's own.
[[nodiscard]] Bytes without_requests(BytesView block, const BlockHeader& header);

}  // namespace doorstep::wire
