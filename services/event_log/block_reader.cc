#include "services/event_log/block_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/wire/event_codec.h"

namespace doorstep::event_log {
namespace {

using Kept = std::list<OpenedBlock>;

bool holds(const StoredBlock& block, Position position) {
  return block.first <= position && position <= block.last;
}

// Of blocks, and of parts.
bool has_record(const OpenedBlock& opened, Position position) {
  const auto records = opened.block.records();
  return records.front().stamp.position <= position && position <= records.back().stamp.position;
}

std::size_t bytes_of(std::span<const wire::Record> records) {
  std::size_t bytes = 0;
  for (const wire::Record& record : records) bytes += record.stored.size();
  return bytes;
}

// The one that has the record, in front now; or null.
OpenedBlock* use(Kept& kept, Position position) {
  const auto found = std::ranges::find_if(
      kept, [position](const OpenedBlock& opened) { return has_record(opened, position); });
  if (found == kept.end()) return nullptr;
  kept.splice(kept.begin(), kept, found);
  return &kept.front();
}

OpenedBlock& keep(Kept& kept, OpenedBlock opened) {
  kept.push_front(std::move(opened));
  if (kept.size() > BlockReader::kept_max) kept.pop_back();
  return kept.front();
}

}  // namespace

Result<BlockReader::Found> BlockReader::find(Position position) {
  if (const auto recent = tail_.find(position)) return Found{recent->stored, From::tail};
  for (const Kept* kept : {&kept_, &kept_parts_}) {
    for (const OpenedBlock& opened : *kept) {
      if (holds(opened.stored, position)) return Found{opened.stored, From::kept};
    }
  }
  ++store_reads_;
  auto read = store_.read(position);
  if (!read) return std::unexpected(read.error());
  if (!*read) {
    return failure(ErrorCode::damaged, "read position " + std::to_string(number(position)) +
                                           ": it is durable and its block is missing");
  }
  const auto header = wire::read_block_header(*(**read).bytes);
  if (!header) return std::unexpected(header.error());
  if (header->first != (**read).first || header->last != (**read).last) {
    return failure(ErrorCode::damaged, "read position " + std::to_string(number(position)) +
                                           ": another block is in the place of its own");
  }
  return Found{std::move(**read), From::store};
}

Result<StoredBlock> BlockReader::stored(Position position) {
  auto found = find(position);
  if (!found) return std::unexpected(found.error());
  if (found->from == From::store) {
    store_bytes_ += wire::read_block_header(*found->stored.bytes)->raw_bytes;
  }
  return std::move(found->stored);
}

Result<OpenedBlock*> BlockReader::keep_open(Position position) {
  if (OpenedBlock* const opened = use(kept_, position)) return opened;
  auto bytes = stored(position);
  if (!bytes) return std::unexpected(bytes.error());
  auto block = wire::Block::open(*bytes->bytes);
  if (!block) return std::unexpected(block.error());
  return &keep(kept_, {.stored = std::move(*bytes), .block = std::move(*block)});
}

Result<const wire::Record*> BlockReader::record(Position position) {
  const OpenedBlock* opened = use(kept_, position);
  if (opened == nullptr) opened = use(kept_parts_, position);
  if (opened == nullptr) {
    auto found = find(position);
    if (!found) return std::unexpected(found.error());
    auto part = wire::Block::open_part(*found->stored.bytes, position);
    if (!part) return std::unexpected(part.error());
    if (found->from != From::tail) store_bytes_ += bytes_of(part->records());
    opened = &keep(kept_parts_, {.stored = std::move(found->stored), .block = std::move(*part)});
  }
  const auto records = opened->block.records();
  const std::size_t place = number(position) - number(records.front().stamp.position);
  if (place < records.size() && records[place].stamp.position == position) return &records[place];
  return failure(ErrorCode::damaged,
                 "the block of position " + std::to_string(number(position)) + " does not hold it");
}

Result<const OpenedBlock*> BlockReader::open(Position position) { return keep_open(position); }

Result<const OpenedBlock*> BlockReader::open_with_headings(Position position) {
  const auto opened = keep_open(position);
  if (!opened) return std::unexpected(opened.error());
  OpenedBlock& block = **opened;
  if (!block.headings.empty()) return &block;
  // The tail may hold the same events in another block: merged since, or not yet.
  const auto recent = tail_.find(position);
  if (recent && recent->stored.first == block.stored.first &&
      recent->stored.last == block.stored.last) {
    block.headings = recent->headings;
    return &block;
  }
  block.headings.reserve(block.block.records().size());
  for (const wire::Record& record : block.block.records()) {
    const auto envelope = wire::decode_envelope(record.event);
    if (!envelope) return std::unexpected(envelope.error());
    block.headings.push_back(heading_of(*envelope));
  }
  return &block;
}

}  // namespace doorstep::event_log
