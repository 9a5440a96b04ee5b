#include "services/event_log/block_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/wire/event_codec.h"

namespace doorstep::event_log {
namespace {

bool holds(const StoredBlock& block, Position position) {
  return block.first <= position && position <= block.last;
}

}  // namespace

Result<StoredBlock> BlockReader::stored(Position position) {
  if (const auto recent = tail_.find(position)) return recent->stored;
  const auto kept = std::ranges::find_if(
      kept_, [position](const OpenedBlock& block) { return holds(block.stored, position); });
  if (kept != kept_.end()) return kept->stored;
  ++store_reads_;
  auto read = store_.read(position);
  if (!read) return std::unexpected(read.error());
  if (!*read) {
    return failure(ErrorCode::damaged, "read position " + std::to_string(number(position)) +
                                           ": it is durable and its block is missing");
  }
  const auto header = wire::read_block_header(*(**read).bytes);
  if (!header) return std::unexpected(header.error());
  store_bytes_ += header->raw_bytes;
  return std::move(**read);
}

Result<OpenedBlock*> BlockReader::keep_open(Position position) {
  const auto kept = std::ranges::find_if(
      kept_, [position](const OpenedBlock& block) { return holds(block.stored, position); });
  if (kept != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, kept);
    return &kept_.front();
  }
  auto bytes = stored(position);
  if (!bytes) return std::unexpected(bytes.error());
  auto block = wire::Block::open(*bytes->bytes);
  if (!block) return std::unexpected(block.error());
  kept_.push_front({.stored = std::move(*bytes), .block = std::move(*block)});
  if (kept_.size() > kept_max) kept_.pop_back();
  return &kept_.front();
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
