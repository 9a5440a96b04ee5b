#include "common/wire/block.h"

#include <lz4.h>

#include <cstring>
#include <string>
#include <utility>

#include "common/wire/block_layout.h"

namespace doorstep::wire {
namespace {

std::unexpected<Error> damaged(const char* what) {
  return failure(ErrorCode::damaged, std::string{"block: "} + what);
}

Result<std::vector<BlockRequest>> read_requests(BytesView bytes, const BlockHeader& header) {
  std::vector<BlockRequest> requests;
  requests.reserve(header.requests);
  std::uint64_t events = 0;
  for (std::uint32_t i = 0; i < header.requests; ++i) {
    const auto entry =
        read_as<RequestLayout>(bytes.data() + block_header_bytes + i * request_entry_bytes);
    if (entry.reserved != 0) return damaged("reserved bytes of a request are set");
    if (entry.events == 0) return damaged("a request without records");
    if (entry.first != number(header.first) + events) return damaged("requests leave a gap");
    events += entry.events;
    requests.push_back({.append_id = AppendId{uuid_from_bytes(entry.append_id)},
                        .digest = entry.digest,
                        .first = Position{entry.first},
                        .events = entry.events});
  }
  if (header.requests > 0 &&
      (events != header.events || number(header.last) - number(header.first) + 1 != events)) {
    return damaged("requests and records differ in number");
  }
  return requests;
}

// Adds `count` records, which are all of `raw`.
Outcome read_records(BytesView raw, std::uint32_t count, std::vector<Record>& records,
                     Position before) {
  const std::byte* at = raw.data();
  std::size_t left = raw.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (left < stamp_bytes) return damaged("a record is cut off");
    const auto stamp = read_as<StampLayout>(at);
    if (stamp.reserved != 0) return damaged("reserved bytes of a stamp are set");
    if (stamp.event_bytes % 8 != 0 || stamp.event_bytes > left - stamp_bytes) {
      return damaged("an event's size is impossible");
    }
    if (stamp.position <= number(before)) return damaged("positions do not ascend");
    before = Position{stamp.position};
    const std::size_t size = stamp_bytes + stamp.event_bytes;
    records.push_back({.stamp = {.position = Position{stamp.position},
                                 .revision = Revision{stamp.revision},
                                 .recorded_at = Instant{stamp.recorded_at}},
                       .event = {at + stamp_bytes, stamp.event_bytes},
                       .stored = {at, size}});
    at += size;
    left -= size;
  }
  if (left != 0) return damaged("bytes after the last record");
  return {};
}

// A piece that the table describes, and where it is stored.
struct PlacedPiece {
  std::uint32_t records{};
  BytesView stored{};
  std::size_t raw_bytes{};
  bool compressed{};
};

Outcome decompress(const PlacedPiece& piece, std::span<std::byte> raw) {
  if (!piece.compressed) {
    std::memcpy(raw.data(), piece.stored.data(), raw.size());
    return {};
  }
  const int size = LZ4_decompress_safe(
      reinterpret_cast<const char*>(piece.stored.data()), reinterpret_cast<char*>(raw.data()),
      static_cast<int>(piece.stored.size()), static_cast<int>(raw.size()));
  if (size != static_cast<int>(raw.size())) return damaged("does not decompress");
  return {};
}

Result<std::vector<PlacedPiece>> read_pieces(BytesView bytes, const BlockHeader& header) {
  const BytesView stored = bytes.last(header.stored_bytes);
  std::vector<PlacedPiece> pieces;
  if (header.pieces == 0) {
    pieces.push_back({.records = header.events,
                      .stored = stored,
                      .raw_bytes = header.raw_bytes,
                      .compressed = header.compressed});
    return pieces;
  }
  pieces.reserve(header.pieces);
  std::size_t at = header.pieces * piece_entry_bytes;
  std::size_t raw_bytes = 0;
  std::uint64_t records = 0;
  for (std::size_t i = 0; i < header.pieces; ++i) {
    const auto entry = read_as<PieceLayout>(stored.data() + i * piece_entry_bytes);
    if (entry.reserved != 0) return damaged("reserved bytes of a piece are set");
    if (entry.records == 0 || entry.raw_bytes % 8 != 0 ||
        entry.raw_bytes / stamp_bytes < entry.records ||
        entry.raw_bytes > header.raw_bytes - raw_bytes) {
      return damaged("a piece's records are impossible");
    }
    if (entry.stored_bytes > entry.raw_bytes || entry.stored_bytes > stored.size() - at) {
      return damaged("a piece's size is impossible");
    }
    pieces.push_back({.records = entry.records,
                      .stored = stored.subspan(at, entry.stored_bytes),
                      .raw_bytes = entry.raw_bytes,
                      .compressed = entry.stored_bytes < entry.raw_bytes});
    at += entry.stored_bytes;
    raw_bytes += entry.raw_bytes;
    records += entry.records;
  }
  if (at != stored.size() || raw_bytes != header.raw_bytes || records != header.events) {
    return damaged("its pieces are not its records");
  }
  return pieces;
}

struct OpenedPieces {
  std::unique_ptr<std::uint64_t[]> storage{};
  std::vector<Record> records{};
};
// They follow each other; `before` is the position before their first record, or an earlier one.
Result<OpenedPieces> open_pieces(std::span<const PlacedPiece> pieces, Position before) {
  std::size_t raw_bytes = 0;
  std::size_t records = 0;
  for (const PlacedPiece& piece : pieces) {
    raw_bytes += piece.raw_bytes;
    records += piece.records;
  }
  OpenedPieces opened;
  opened.records.reserve(records);
  // Every byte is written or the block is given up, so none is cleared first.
  opened.storage = std::make_unique_for_overwrite<std::uint64_t[]>(raw_bytes / 8);
  auto rest = std::as_writable_bytes(std::span{opened.storage.get(), raw_bytes / 8});
  for (const PlacedPiece& piece : pieces) {
    const auto raw = rest.first(piece.raw_bytes);
    rest = rest.subspan(piece.raw_bytes);
    if (auto done = decompress(piece, raw); !done) return std::unexpected(done.error());
    if (auto read = read_records(raw, piece.records, opened.records, before); !read) {
      return std::unexpected(read.error());
    }
    before = opened.records.back().stamp.position;
  }
  return opened;
}

bool begins_and_ends_with(std::span<const Record> records, Position first, Position last) {
  return records.front().stamp.position == first && records.back().stamp.position == last;
}

}  // namespace

Result<BlockHeader> read_block_header(BytesView bytes) {
  if (bytes.size() < block_header_bytes) return damaged("shorter than its header");
  const auto header = read_as<HeaderLayout>(bytes.data());
  if (header.magic != block_magic) return damaged("not a block");
  const bool in_pieces = header.version == block_version_in_pieces;
  if (!in_pieces && header.version != block_version) return damaged("written by a newer version");
  const bool is_known = in_pieces ? header.codec == Codec::lz4_pieces : header.codec <= Codec::lz4;
  if (!is_known || (header.pieces > 0) != in_pieces) return damaged("unknown encoding");
  const bool compressed = header.codec != Codec::none;

  if (header.first == 0 || header.last < header.first) return damaged("impossible positions");
  if (header.events == 0 || header.last - header.first < header.events - 1) {
    return damaged("impossible number of records");
  }
  if (header.requests > header.events) return damaged("more requests than records");
  if (header.raw_bytes > block_records_bytes_max || header.raw_bytes % 8 != 0 ||
      header.raw_bytes / stamp_bytes < header.events) {
    return damaged("impossible size of records");
  }
  // LZ4 makes at most 255 bytes out of one: a short block cannot ask for a huge allocation.
  if (compressed ? header.raw_bytes / 255 > header.stored_bytes
                 : header.raw_bytes != header.stored_bytes) {
    return damaged("sizes contradict each other");
  }
  if (header.stored_bytes < header.pieces * piece_entry_bytes) return damaged("no room for pieces");
  const std::uint64_t size = std::uint64_t{block_header_bytes} +
                             std::uint64_t{header.requests} * request_entry_bytes +
                             header.stored_bytes;
  if (size != bytes.size()) return damaged("cut off, or followed by other bytes");
  return BlockHeader{.first = Position{header.first},
                     .last = Position{header.last},
                     .events = header.events,
                     .requests = header.requests,
                     .raw_bytes = header.raw_bytes,
                     .stored_bytes = header.stored_bytes,
                     .pieces = header.pieces,
                     .compressed = compressed};
}

Result<std::vector<BlockRequest>> read_block_requests(BytesView bytes) {
  const auto header = read_block_header(bytes);
  if (!header) return std::unexpected(header.error());
  return read_requests(bytes, *header);
}

Bytes without_requests(BytesView block, const BlockHeader& header) {
  auto layout = read_as<HeaderLayout>(block.data());
  layout.requests = 0;
  const auto head = std::as_bytes(std::span{&layout, 1});
  const BytesView records = block.last(header.stored_bytes);
  Bytes bare;
  bare.reserve(head.size() + records.size());
  bare.insert(bare.end(), head.begin(), head.end());
  bare.insert(bare.end(), records.begin(), records.end());
  return bare;
}

Result<Block> Block::open(BytesView bytes) {
  const auto header = read_block_header(bytes);
  if (!header) return std::unexpected(header.error());
  auto requests = read_requests(bytes, *header);
  if (!requests) return std::unexpected(requests.error());
  const auto pieces = read_pieces(bytes, *header);
  if (!pieces) return std::unexpected(pieces.error());
  auto opened = open_pieces(*pieces, Position{number(header->first) - 1});
  if (!opened) return std::unexpected(opened.error());
  if (!begins_and_ends_with(opened->records, header->first, header->last)) {
    return damaged("wrong first or last position");
  }
  Block block;
  block.requests_ = std::move(*requests);
  block.storage_ = std::move(opened->storage);
  block.records_ = std::move(opened->records);
  return block;
}

Result<Block> Block::open_part(BytesView bytes, Position position) {
  const auto header = read_block_header(bytes);
  if (!header) return std::unexpected(header.error());
  const auto pieces = read_pieces(bytes, *header);
  if (!pieces) return std::unexpected(pieces.error());
  const bool has_all = number(header->last) - number(header->first) + 1 == header->events;
  if (!has_all || position < header->first || position > header->last) {
    return damaged("it does not hold the position that was asked for");
  }
  Position before{number(header->first) - 1};
  auto piece = pieces->begin();
  while (number(position) - number(before) > piece->records) {
    before = Position{number(before) + piece->records};
    ++piece;
  }
  auto opened = open_pieces({piece, 1}, before);
  if (!opened) return std::unexpected(opened.error());
  const Position last{number(before) + piece->records};
  if (!begins_and_ends_with(opened->records, next(before), last)) {
    return damaged("a piece has other positions than its place says");
  }
  Block part;
  part.storage_ = std::move(opened->storage);
  part.records_ = std::move(opened->records);
  return part;
}

}  // namespace doorstep::wire
