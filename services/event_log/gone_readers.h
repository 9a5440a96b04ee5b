// Readers that went away without saying so, kept a while for whoever asks where they had come to.
// Bounded in number and time. One thread.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "common/wire/log_protocol.h"

namespace doorstep::event_log {

class GoneReaders {
 public:
  static constexpr std::size_t kept_max = 256;
  static constexpr Milliseconds kept_for{10 * 60 * 1'000};

  // `reader` as it was when it was last heard at `heard`.
  void add(wire::Consumer reader, Milliseconds heard, Milliseconds now);
  // One with this name is back.
  void returned(std::string_view account, std::string_view name);
  // Those of the last minutes, with the time they have been silent.
  [[nodiscard]] std::vector<wire::Consumer> list(Milliseconds now) const;

 private:
  struct Gone {
    wire::Consumer reader{};
    Milliseconds heard{};
    Milliseconds since{};
  };
  std::deque<Gone> gone_{};  // the oldest first
};

}  // namespace doorstep::event_log
