// Where the events of a stream are: walks back from its last event, page by page, and remembers the
// walks that are not used up, so that a long history is walked once. One thread.
#pragma once

#include <list>
#include <span>
#include <vector>

#include "services/event_log/log_index.h"

namespace doorstep::event_log {

class StreamWalks {
 public:
  static constexpr std::size_t positions_max = 64 * 1024;  // of one walk
  static constexpr std::size_t kept_max = 8;

  // `index` must outlive it.
  explicit StreamWalks(const LogIndex& index) : index_{index} {}

  struct Found {
    std::span<const Position> positions{};  // ascending, until the next call
    Position upto{};                        // there are no others up to here
  };
  // The stream's events after `after`. Pre-condition: after < upto <= index.covered().
  [[nodiscard]] Result<Found> after(StreamId stream, Position after, Position upto);

 private:
  struct Walk {
    StreamId stream{};
    Position from{};
    Position upto{};
    std::vector<Position> positions{};
  };
  [[nodiscard]] Result<Walk> walk(StreamId stream, Position after, Position upto) const;

  const LogIndex& index_;
  std::list<Walk> kept_{};  // the most recently used first
};

}  // namespace doorstep::event_log
