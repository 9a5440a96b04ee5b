#include "clients/cli/request_blocks.h"

#include <string>

namespace doorstep::cli {
namespace {

std::unexpected<Error> cannot_copy(Position position, const char* why) {
  return failure(ErrorCode::damaged, "the log sent " + std::string{why} + " at position " +
                                         std::to_string(number(position)) +
                                         ", so it cannot be copied. Use the doorstep that belongs "
                                         "to this log, and say `doorstep log verify`");
}

}  // namespace

Outcome RequestBlocks::take(const runtime::FeedBatch& batch) {
  if (!batch.block) {
    if (batch.to_inclusive <= taken_) return {};
    return cannot_copy(next(taken_), "nothing");
  }
  const auto requests = batch.block->requests();
  if (requests.empty()) return cannot_copy(next(taken_), "events without their append requests");
  auto record = batch.block->records().begin();
  for (const wire::BlockRequest& request : requests) {
    const Position last{number(request.first) + request.events - 1};
    if (last <= taken_) {  // a stored block that came whole begins earlier
      record += request.events;
      continue;
    }
    if (upto_ != Position{} && request.first > upto_) break;
    if (request.first != next(taken_)) {
      return cannot_copy(next(taken_), "another append request than the next one");
    }
    if (upto_ != Position{} && last > upto_) {
      return cannot_copy(request.first, "an append request that goes on after the end");
    }
    builder_.begin_request(request.append_id, request.digest, request.first);
    for (std::uint32_t i = 0; i < request.events; ++i, ++record) {
      builder_.add(record->stamp, record->event);
    }
    taken_ = last;
    ++requests_;
  }
  return {};
}

std::optional<StoredBlock> RequestBlocks::next_block(bool rest) {
  if (builder_.events() == 0 || (!rest && builder_.raw_bytes() < block_bytes)) return std::nullopt;
  StoredBlock block{.first = builder_.first(), .last = builder_.last()};
  block.bytes = std::make_shared<const Bytes>(builder_.finish());
  return block;
}

}  // namespace doorstep::cli
