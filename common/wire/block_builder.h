// Makes blocks (block.h) out of records.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "common/wire/block.h"

namespace doorstep::wire {

inline constexpr std::size_t compressed_from_bytes = 4096;
// Records are compressed in pieces of about so many bytes: several threads can share the work, and
// one record can be read without all the others.
inline constexpr std::size_t piece_bytes = 64 * 1024;

// Collects records; `finish` lays the block out and compresses it (LZ4 from 4 KiB up, where it
// helps). One thread, but for help_to_compress().
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
  // Pre-condition: it has a record; none is added before clear().
  void begin_to_compress();
  // After begin_to_compress(), by any thread, also while another is in lay_out(): takes piece after
  // piece until all are taken.
  void help_to_compress();
  // The block; then comes clear(). Pre-condition: it has a record. What is const above may be
  // called meanwhile.
  [[nodiscard]] Bytes lay_out();
  // Empty again, with its memory kept.
  void clear();
  [[nodiscard]] Bytes finish() {
    Bytes block = lay_out();
    clear();
    return block;
  }

 private:
  // Some records, back to back.
  struct Piece {
    std::uint32_t records{};
    std::size_t raw_bytes{};
    std::size_t from{};          // in records_
    std::size_t to{};            // in output_
    std::size_t stored_bytes{};  // raw_bytes: as it is
  };
  // How the records are stored.
  struct Storage {
    bool is_compressed{};
    std::size_t pieces{};  // in the table; 0: there is none
    std::size_t bytes{};   // with the table
  };
  void compress(Piece& piece);
  [[nodiscard]] Storage compress_all();
  [[nodiscard]] BytesView stored(const Piece& piece) const;
  void append_records(Bytes& block, const Storage& storage) const;

  Position first_{};
  Position last_{};
  std::vector<std::uint32_t> event_sizes_{};
  std::vector<BlockRequest> requests_{};
  Bytes records_{};
  std::vector<Piece> pieces_{};
  Bytes output_{};
  bool is_begun_{};
  std::atomic<std::size_t> taken_{};  // of the pieces, and how many of them are done
  std::atomic<std::size_t> compressed_{};
};

}  // namespace doorstep::wire
