// What the next batch of a subscription holds: looks through the blocks after its position, within
// its credit. Deterministic; reads blocks and nothing else. One thread.
#pragma once

#include <vector>

#include "common/wire/block_builder.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/block_reader.h"
#include "services/event_log/log_index.h"
#include "services/event_log/stream_walk.h"

namespace doorstep::event_log {

struct ScanLimits {
  std::size_t batch_bytes{512 * 1024};  // of a repacked batch, before compression
  // A stored block at least this large is sent as it is, a smaller one together with its
  // neighbours.
  std::size_t whole_from_bytes{64 * 1024};
  std::size_t message_bytes_max{wire::frame_bytes_max - 8 * 1024};  // of a block that is sent
  // A bare block is copied without its requests where they are at least this share of it.
  std::size_t requests_share{32};
  std::size_t events_per_scan{16 * 1024};   // whose headings are looked at in one step
  std::size_t pages_per_scan{256};          // or whose columns are, or that a walk goes through
  std::size_t stream_events_per_scan{512};  // of one stream, each maybe in a block of its own
};

struct ScanRequest {
  Position after{};
  Position upto{};  // inclusive; durable
  std::uint64_t credit_events{};
  std::uint64_t credit_bytes{};
  bool bare{};  // whole blocks need not come with their append requests
};

// Everything up to `to` was looked at; what matched is in `block`.
struct Scanned {
  Position to{};
  std::uint64_t events{};
  SharedBytes block{};
};

class FeedScan {
 public:
  // Both must outlive it.
  FeedScan(BlockReader& reader, const LogIndex& index, ScanLimits limits)
      : reader_{reader}, index_{index}, limits_{limits} {}

  // Pre-condition: after < upto, and some credit of both kinds. Where nothing is filtered, blocks
  // travel whole, whatever credit is left, so that each request comes with all of its records; only
  // `upto` cuts one. Of bare ones the requests are left out where that saves something. Else an
  // event larger than the credit is sent nevertheless.
  // `walk` belongs to the reader: a long history is walked through step by step, and may give
  // nothing yet.
  [[nodiscard]] Result<Scanned> scan(const wire::Filter& filter, const ScanRequest& request,
                                     StreamWalk& walk);

  // Pages of the index that filters were asked of so far.
  [[nodiscard]] std::uint64_t pages_asked() const { return pages_asked_; }

 private:
  [[nodiscard]] Result<Scanned> scan_all(const ScanRequest& request);
  [[nodiscard]] Result<Scanned> scan_some(const wire::Filter& filter, const ScanRequest& request);
  [[nodiscard]] Result<Scanned> scan_stream(const wire::Filter& filter, const ScanRequest& request,
                                            StreamWalk& walk);
  [[nodiscard]] Result<Scanned> scan_small(const ScanRequest& request);
  [[nodiscard]] Result<Scanned> scan_part(const ScanRequest& request);
  // Where the index does not reach yet: looks at the headings of the blocks after `to`.
  [[nodiscard]] Result<Scanned> scan_headings(const wire::Filter& filter,
                                              const ScanRequest& request, Position to);
  // False: the batch is full.
  [[nodiscard]] Result<bool> add_at(Position position, const wire::Filter& filter,
                                    const ScanRequest& request);
  [[nodiscard]] bool add_whole(const OpenedBlock& opened, const ScanRequest& request);
  // False: the batch is full.
  [[nodiscard]] bool add(const wire::Record& record, const ScanRequest& request);
  [[nodiscard]] Scanned take(Position to);

  BlockReader& reader_;
  const LogIndex& index_;
  std::uint64_t pages_asked_{};
  ScanLimits limits_{};
  wire::BlockBuilder builder_{};
};

}  // namespace doorstep::event_log
