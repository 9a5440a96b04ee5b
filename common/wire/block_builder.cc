#include "common/wire/block_builder.h"

#include <lz4.h>

#include <algorithm>

#include "common/domain/assert.h"
#include "common/wire/block_layout.h"

namespace doorstep::wire {
namespace {

// Of records of visits: as small as with 1, in two thirds of its time.
constexpr int lz4_acceleration = 4;

void append_bytes(Bytes& to, BytesView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

template <class Layout>
void append(Bytes& to, const Layout& layout) {
  append_bytes(to, std::as_bytes(std::span{&layout, 1}));
}

}  // namespace

void BlockBuilder::begin_request(AppendId append_id, const RequestDigest& digest, Position first) {
  requests_.push_back({.append_id = append_id, .digest = digest, .first = first, .events = 0});
}

void BlockBuilder::set_digest(std::size_t index, const RequestDigest& digest) {
  requests_.at(index).digest = digest;
}

void BlockBuilder::add(const Stamp& stamp, BytesView event) {
  DOORSTEP_ASSERT(event.size() % 8 == 0 && !is_begun_);
  DOORSTEP_ASSERT(event_sizes_.empty() || stamp.position > last_);
  DOORSTEP_ASSERT(records_.size() + stamp_bytes + event.size() <= block_records_bytes_max);
  if (event_sizes_.empty()) first_ = stamp.position;
  last_ = stamp.position;
  event_sizes_.push_back(static_cast<std::uint32_t>(event.size()));
  if (!requests_.empty()) ++requests_.back().events;

  const StampLayout layout{.position = number(stamp.position),
                           .revision = number(stamp.revision),
                           .recorded_at = stamp.recorded_at.unix_ms,
                           .event_bytes = static_cast<std::uint32_t>(event.size()),
                           .reserved = 0};
  if (pieces_.empty() || pieces_.back().raw_bytes >= piece_bytes) {
    pieces_.push_back({.from = records_.size()});
  }
  ++pieces_.back().records;
  pieces_.back().raw_bytes += sizeof layout + event.size();
  append(records_, layout);
  append_bytes(records_, event);
}

void BlockBuilder::begin_to_compress() {
  DOORSTEP_ASSERT(!event_sizes_.empty() && !is_begun_);
  is_begun_ = true;
  taken_ = compressed_ = 0;
  std::size_t to = 0;
  for (Piece& piece : pieces_) {
    piece.to = to;
    to += static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(piece.raw_bytes)));
  }
  if (output_.size() < to) output_.resize(to);
}

void BlockBuilder::help_to_compress() {
  while (true) {
    const std::size_t taken = taken_.fetch_add(1);
    if (taken >= pieces_.size()) return;
    compress(pieces_[taken]);
    if (compressed_.fetch_add(1) + 1 == pieces_.size()) compressed_.notify_all();
  }
}

void BlockBuilder::compress(Piece& piece) {
  const int raw = static_cast<int>(piece.raw_bytes);
  const int size = LZ4_compress_fast(reinterpret_cast<const char*>(records_.data() + piece.from),
                                     reinterpret_cast<char*>(output_.data() + piece.to), raw,
                                     LZ4_compressBound(raw), lz4_acceleration);
  DOORSTEP_ASSERT(size > 0);
  piece.stored_bytes = static_cast<std::size_t>(std::min(size, raw));
}

BytesView BlockBuilder::stored(const Piece& piece) const {
  if (piece.stored_bytes == piece.raw_bytes) {
    return BytesView{records_}.subspan(piece.from, piece.raw_bytes);
  }
  return BytesView{output_}.subspan(piece.to, piece.stored_bytes);
}

BlockBuilder::Storage BlockBuilder::compress_all() {
  const Storage as_it_is{.bytes = records_.size()};
  if (records_.size() < compressed_from_bytes) return as_it_is;
  if (!is_begun_) begin_to_compress();
  help_to_compress();
  for (std::size_t done = compressed_; done < pieces_.size(); done = compressed_) {
    compressed_.wait(done);
  }
  const bool is_one = pieces_.size() == 1;
  Storage storage{.is_compressed = true, .pieces = is_one ? 0 : pieces_.size()};
  storage.bytes = storage.pieces * piece_entry_bytes;
  for (const Piece& piece : pieces_) storage.bytes += piece.stored_bytes;
  return storage.bytes < records_.size() ? storage : as_it_is;
}

Bytes BlockBuilder::lay_out() {
  DOORSTEP_ASSERT(!event_sizes_.empty());
  const Storage storage = compress_all();
  Bytes block;
  block.reserve(block_header_bytes + requests_.size() * request_entry_bytes + storage.bytes);
  append(block,
         HeaderLayout{.magic = block_magic,
                      .version = storage.pieces > 0 ? block_version_in_pieces : block_version,
                      .codec = storage.pieces > 0      ? Codec::lz4_pieces
                               : storage.is_compressed ? Codec::lz4
                                                       : Codec::none,
                      .pieces = static_cast<std::uint16_t>(storage.pieces),
                      .first = number(first_),
                      .last = number(last_),
                      .events = static_cast<std::uint32_t>(event_sizes_.size()),
                      .requests = static_cast<std::uint32_t>(requests_.size()),
                      .raw_bytes = static_cast<std::uint32_t>(records_.size()),
                      .stored_bytes = static_cast<std::uint32_t>(storage.bytes)});
  for (const BlockRequest& request : requests_) {
    append(block, RequestLayout{.append_id = to_bytes(request.append_id.value),
                                .digest = request.digest,
                                .first = number(request.first),
                                .events = request.events,
                                .reserved = 0});
  }
  append_records(block, storage);
  return block;
}

void BlockBuilder::append_records(Bytes& block, const Storage& storage) const {
  if (!storage.is_compressed) return append_bytes(block, records_);
  for (const Piece& piece : std::span{pieces_}.first(storage.pieces)) {
    append(block, PieceLayout{.records = piece.records,
                              .raw_bytes = static_cast<std::uint32_t>(piece.raw_bytes),
                              .stored_bytes = static_cast<std::uint32_t>(piece.stored_bytes),
                              .reserved = 0});
  }
  for (const Piece& piece : pieces_) append_bytes(block, stored(piece));
}

void BlockBuilder::clear() {
  event_sizes_.clear();
  requests_.clear();
  records_.clear();
  pieces_.clear();
  is_begun_ = false;
}

}  // namespace doorstep::wire
