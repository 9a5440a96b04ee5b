// One reader's place: what it asked for, what was handed over, and what it may still get. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "common/wire/log_protocol.h"
#include "services/event_log/stream_walk.h"

namespace doorstep::event_log {

struct Subscription {
  std::string account{};
  std::string consumer{};
  wire::Filter filter{};
  bool bare{};                     // needs no append requests
  Position until{};                // 0: live
  Position sent{};                 // every batch up to here was handed over
  Position scanned{};              // nothing matches between `sent` and here
  StreamWalk walk{};               // where a stream is asked for
  Position cursor{};               // what the reader says that it has made its own
  std::optional<Position> kept{};  // what it says that it has on disk
  // Below zero after a block that was larger than what was left: paid off by what is granted next.
  std::int64_t credit_events{};
  std::int64_t credit_bytes{};
  std::uint64_t batches{};
  Position checkpoint{};  // size of the last signed one that it was sent
  Milliseconds last_sent{};
  Milliseconds last_heard{};
  bool was_level{};                     // has been told that it reached the head
  std::optional<SharedBytes> unsent{};  // the peer's queue was full
  bool is_over{};                       // its last word is said or waits in `unsent`
  bool is_gone{};                       // it went away without saying so

  [[nodiscard]] bool is_live() const { return until == Position{}; }
  [[nodiscard]] bool has_credit() const { return credit_events > 0 && credit_bytes > 0; }
  void spend(std::uint64_t events, std::uint64_t bytes) {
    credit_events -= static_cast<std::int64_t>(events);
    credit_bytes -= static_cast<std::int64_t>(bytes);
  }
  [[nodiscard]] wire::Consumer shown(Position head, Milliseconds now) const {
    return {.account = account,
            .name = consumer,
            .cursor = cursor,
            .sent = sent,
            .head = head,
            .credit_events = static_cast<std::uint64_t>(std::max<std::int64_t>(credit_events, 0)),
            .credit_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(credit_bytes, 0)),
            .silent = now - last_heard,
            .connected = true,
            .kept = kept};
  }
};

}  // namespace doorstep::event_log
