#include "common/wire/block.h"

#include <lz4.h>

#include <bit>
#include <cstring>

#include "common/domain/assert.h"

namespace doorstep::wire {
namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

constexpr std::uint32_t magic = 0x4b425344;  // "DSBK"
constexpr std::uint8_t version = 1;
// Of records of visits: as small as with 1, in two thirds of its time.
constexpr int lz4_acceleration = 4;
enum class Codec : std::uint8_t { none = 0, lz4 = 1 };

// Read and written with memcpy: the layouts of docs/formats/block.md, without padding.
struct HeaderLayout {
  std::uint32_t magic;
  std::uint8_t version;
  Codec codec;
  std::uint16_t reserved;
  std::uint64_t first;
  std::uint64_t last;
  std::uint32_t events;
  std::uint32_t requests;
  std::uint32_t raw_bytes;
  std::uint32_t stored_bytes;
};
static_assert(sizeof(HeaderLayout) == block_header_bytes);

struct RequestLayout {
  std::array<std::uint8_t, 16> append_id;
  RequestDigest digest;
  std::uint64_t first;
  std::uint32_t events;
  std::uint32_t reserved;
};
static_assert(sizeof(RequestLayout) == request_entry_bytes);

struct StampLayout {
  std::uint64_t position;
  std::uint64_t revision;
  std::int64_t recorded_at;
  std::uint32_t event_bytes;
  std::uint32_t reserved;
};
static_assert(sizeof(StampLayout) == stamp_bytes);

template <class Layout>
Layout read_as(const std::byte* from) {
  Layout layout;
  std::memcpy(&layout, from, sizeof layout);
  return layout;
}

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

Result<std::vector<Record>> read_records(BytesView raw, const BlockHeader& header) {
  std::vector<Record> records;
  records.reserve(header.events);
  const std::byte* at = raw.data();
  std::size_t left = raw.size();
  std::uint64_t before = number(header.first) - 1;
  for (std::uint32_t i = 0; i < header.events; ++i) {
    if (left < stamp_bytes) return damaged("a record is cut off");
    const auto stamp = read_as<StampLayout>(at);
    if (stamp.reserved != 0) return damaged("reserved bytes of a stamp are set");
    if (stamp.event_bytes % 8 != 0 || stamp.event_bytes > left - stamp_bytes) {
      return damaged("an event's size is impossible");
    }
    if (stamp.position <= before) return damaged("positions do not ascend");
    before = stamp.position;
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
  if (records.front().stamp.position != header.first) return damaged("wrong first position");
  if (records.back().stamp.position != header.last) return damaged("wrong last position");
  return records;
}

}  // namespace

void BlockBuilder::begin_request(AppendId append_id, const RequestDigest& digest, Position first) {
  requests_.push_back({.append_id = append_id, .digest = digest, .first = first, .events = 0});
}

void BlockBuilder::set_digest(std::size_t index, const RequestDigest& digest) {
  requests_.at(index).digest = digest;
}

void BlockBuilder::add(const Stamp& stamp, BytesView event) {
  DOORSTEP_ASSERT(event.size() % 8 == 0);
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
  const auto head = std::as_bytes(std::span{&layout, 1});
  records_.insert(records_.end(), head.begin(), head.end());
  records_.insert(records_.end(), event.begin(), event.end());
}

Bytes BlockBuilder::lay_out() {
  DOORSTEP_ASSERT(!event_sizes_.empty());
  BytesView body = records_;
  Codec codec = Codec::none;
  if (records_.size() >= compressed_from_bytes) {
    const int raw = static_cast<int>(records_.size());
    const auto bound = static_cast<std::size_t>(LZ4_compressBound(raw));
    if (compressed_.size() < bound) compressed_.resize(bound);
    const int size = LZ4_compress_fast(reinterpret_cast<const char*>(records_.data()),
                                       reinterpret_cast<char*>(compressed_.data()), raw,
                                       static_cast<int>(bound), lz4_acceleration);
    DOORSTEP_ASSERT(size > 0);
    if (size < raw) {
      body = BytesView{compressed_}.first(static_cast<std::size_t>(size));
      codec = Codec::lz4;
    }
  }
  const HeaderLayout header{.magic = magic,
                            .version = version,
                            .codec = codec,
                            .reserved = 0,
                            .first = number(first_),
                            .last = number(last_),
                            .events = static_cast<std::uint32_t>(event_sizes_.size()),
                            .requests = static_cast<std::uint32_t>(requests_.size()),
                            .raw_bytes = static_cast<std::uint32_t>(records_.size()),
                            .stored_bytes = static_cast<std::uint32_t>(body.size())};
  Bytes block;
  block.reserve(block_header_bytes + requests_.size() * request_entry_bytes + body.size());
  const auto append = [&block](BytesView part) {
    block.insert(block.end(), part.begin(), part.end());
  };
  append(std::as_bytes(std::span{&header, 1}));
  for (const BlockRequest& request : requests_) {
    const RequestLayout entry{.append_id = to_bytes(request.append_id.value),
                              .digest = request.digest,
                              .first = number(request.first),
                              .events = request.events,
                              .reserved = 0};
    append(std::as_bytes(std::span{&entry, 1}));
  }
  append(body);
  return block;
}

void BlockBuilder::clear() {
  event_sizes_.clear();
  requests_.clear();
  records_.clear();
}

Result<BlockHeader> read_block_header(BytesView bytes) {
  if (bytes.size() < block_header_bytes) return damaged("shorter than its header");
  const auto header = read_as<HeaderLayout>(bytes.data());
  if (header.magic != magic) return damaged("not a block");
  if (header.version != version) return damaged("written by a newer version");
  if (header.codec > Codec::lz4 || header.reserved != 0) return damaged("unknown encoding");
  const bool compressed = header.codec == Codec::lz4;

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

  Block block;
  block.requests_ = std::move(*requests);
  // Every byte is written or the block is given up, so none is cleared first.
  block.storage_ = std::make_unique_for_overwrite<std::uint64_t[]>(header->raw_bytes / 8);
  const auto raw = std::as_writable_bytes(std::span{block.storage_.get(), header->raw_bytes / 8});
  const std::byte* stored =
      bytes.data() + block_header_bytes + header->requests * request_entry_bytes;
  if (header->compressed) {
    const int size = LZ4_decompress_safe(
        reinterpret_cast<const char*>(stored), reinterpret_cast<char*>(raw.data()),
        static_cast<int>(header->stored_bytes), static_cast<int>(header->raw_bytes));
    if (size != static_cast<int>(header->raw_bytes)) return damaged("does not decompress");
  } else {
    std::memcpy(raw.data(), stored, raw.size());
  }
  auto records = read_records(raw, *header);
  if (!records) return std::unexpected(records.error());
  block.records_ = std::move(*records);
  return block;
}

}  // namespace doorstep::wire
