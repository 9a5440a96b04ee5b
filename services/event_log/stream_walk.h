// Where the events of a stream are, for one reader: walks back from the stream's last event, so
// many pages at a time, and remembers what it found until the reader has passed it. One thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "services/event_log/log_index.h"

namespace doorstep::event_log {

class StreamWalk {
 public:
  struct Limits {
    std::size_t pages{256};  // looked at in one call
    std::size_t positions{
        8'192};  // remembered, of a longer history the first ones: 128 KiB at most
  };
  struct Found {
    std::span<const Position> positions{};  // ascending, until the next call
    // There are no others up to here. `after` itself: the walk is not over, and the next call goes
    // on with it.
    Position upto{};
  };

  // The stream's events after `after`. Pre-conditions: after < upto <= index.covered(); each call
  // is about the same stream.
  [[nodiscard]] Result<Found> after(const LogIndex& index, StreamId stream, Position after,
                                    Position upto, const Limits& limits);

 private:
  void begin(const LogIndex& index, StreamId stream, Position after, Position upto);
  [[nodiscard]] Outcome go_on(const LogIndex& index, const Limits& limits);
  void note(Position at, const Limits& limits);

  Position from_{};  // what it is about: (from_, upto_]
  Position upto_{};
  std::optional<Position> next_{};  // the event to look at; nullopt: the walk is over
  std::vector<Position> found_{};   // descending while it walks, ascending afterwards
};

}  // namespace doorstep::event_log
