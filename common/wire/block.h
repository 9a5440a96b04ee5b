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
  // Of a block that holds every position of its range: the piece that this one is in, and no
  // request. damaged: also where the block does not hold it.
  [[nodiscard]] static Result<Block> open_part(BytesView bytes, Position position);

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
  std::uint32_t stored_bytes{};  // of its records, maybe compressed, with the table of pieces
  std::uint16_t pieces{};        // 0: not in pieces
  bool compressed{};
};
// damaged: as for Block::open.
[[nodiscard]] Result<BlockHeader> read_block_header(BytesView bytes);

// Its append requests, without opening it. damaged: as for Block::open.
[[nodiscard]] Result<std::vector<BlockRequest>> read_block_requests(BytesView bytes);

// The same records, stored in the same way, and no request. `header` is the block's own.
[[nodiscard]] Bytes without_requests(BytesView block, const BlockHeader& header);

}  // namespace doorstep::wire
