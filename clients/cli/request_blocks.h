// Copies the log out of its unfiltered feed: whole append requests, in order and without gaps, into
// blocks as a log stores them. Pure; one thread.
#pragma once

#include <optional>

#include "common/domain/result.h"
#include "common/runtime/log_follower.h"
#include "common/wire/block_builder.h"

namespace doorstep::cli {

class RequestBlocks {
 public:
  static constexpr std::size_t block_bytes = 1024 * 1024;  // of records, before compression

  // `upto` 0: everything that comes.
  RequestBlocks(Position after, Position upto) : taken_{after}, upto_{upto} {}

  // Pre-condition: batches come in order. damaged: records without their append request, a request
  // that is cut, or a gap; nothing of that is kept.
  [[nodiscard]] Outcome take(const runtime::FeedBatch& batch);
  [[nodiscard]] Position taken() const { return taken_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }

  // A block once there is enough for one; with `rest` whatever there is.
  [[nodiscard]] std::optional<StoredBlock> next_block(bool rest);

 private:
  Position taken_{};
  Position upto_{};
  std::uint64_t requests_{};
  wire::BlockBuilder builder_{};
};

}  // namespace doorstep::cli
