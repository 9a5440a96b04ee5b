// Blocks as a feed sends them and as the store keeps them: header, records, the value with its
// checksum.
#include <algorithm>

#include "common/rocks/block_value.h"
#include "common/wire/block.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

namespace {

// A part has the record that the whole block has there.
void parts_are_of(const wire::Block& block, const wire::BlockHeader& header, BytesView bytes) {
  const bool has_all = number(header.last) - number(header.first) + 1 == header.events;
  for (const Position position : {header.first, header.last}) {
    const auto part = wire::Block::open_part(bytes, position);
    fuzz::must(part.has_value() == has_all);
    if (!part) continue;
    const auto place = number(position) - number(part->records().front().stamp.position);
    const auto& expected = block.records()[number(position) - number(header.first)];
    fuzz::must(std::ranges::equal(part->records()[place].stored, expected.stored));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  for (const std::uint64_t position : {1, 2, 200}) {
    static_cast<void>(wire::Block::open_part(input.bytes(), Position{position}));
  }
  const auto header = wire::read_block_header(input.bytes());
  const auto block = wire::Block::open(input.bytes());
  if (block) {
    fuzz::must(header.has_value());
    fuzz::must(block->records().size() == header->events);
    fuzz::must(block->requests().size() == header->requests);
    std::size_t read = 0;
    for (const auto& record : block->records()) {
      fuzz::must(record.stored.size() == record.event.size() + wire::stamp_bytes);
      for (const std::byte byte : record.stored) read += static_cast<std::size_t>(byte);
    }
    fuzz::must(read < SIZE_MAX);
    parts_are_of(*block, *header, input.bytes());
  }
  const rocksdb::Slice value{reinterpret_cast<const char*>(data), size};
  static_cast<void>(rocks::decode_value({"\0\0\0\0\0\0\0\1", 8}, value));
  // With a right checksum, what is behind it counts.
  const StoredBlock whole{
      Position{1}, Position{1},
      std::make_shared<const Bytes>(input.bytes().begin(), input.bytes().end())};
  const auto head = rocks::head_of(whole);
  std::string stored{reinterpret_cast<const char*>(head.data()), head.size()};
  stored.append(input.text());
  const auto decoded = rocks::decode_value({"\0\0\0\0\0\0\0\1", 8}, stored);
  fuzz::must(decoded.has_value() && *decoded->bytes == *whole.bytes);
  return 0;
}
