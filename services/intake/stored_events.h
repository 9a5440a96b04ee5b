// Reads a few events back from the log by their positions: to compare a retry with what it repeats,
// and to find the visit that a retraction names.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "common/runtime/log_follower.h"

namespace doorstep::intake {

// Keeps the blocks that its events point into.
struct StoredEvents {
  std::vector<Event> events{};
  std::vector<std::unique_ptr<wire::Block>> blocks{};
};

class StoredEventReader {
 public:
  using Answered = std::move_only_function<void(std::expected<StoredEvents, wire::Refused>)>;
  static constexpr std::size_t reads_max = 64;
  static constexpr Milliseconds give_up_after{20'000};

  // `follower` must outlive the reader. One thread.
  explicit StoredEventReader(runtime::LogFollower& follower) : follower_{follower} {}

  [[nodiscard]] bool accepts() const { return reads_.size() < reads_max; }
  // Pre-condition: accepts(), and both positions are in the log. `answered` is called from a later
  // step().
  void read(Position first, Position last, Now now, Answered answered);
  [[nodiscard]] Work step(Now now);

 private:
  struct Read {
    Position last{};
    Milliseconds started{};
    StoredEvents so_far{};
    Answered answered{};
  };
  // True once the read is over, one way or the other.
  [[nodiscard]] bool advance(runtime::FollowId id, Read& read, Now now,
                             std::expected<StoredEvents, wire::Refused>& result);
  runtime::LogFollower& follower_;
  std::map<runtime::FollowId, Read> reads_{};
};

}  // namespace doorstep::intake
