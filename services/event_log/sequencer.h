// The one place that gives events their position: decides about one append request after the other,
// in the order of arrival, against everything sequenced so far, durable or not. Pure; one thread.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/wire/block.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/log_state.h"

namespace doorstep::event_log {

// What each account may append.
class Rights {
 public:
  void allow(const std::string& account, std::vector<EventType> types);
  // Ascending; empty for an account that is not known.
  [[nodiscard]] std::span<const EventType> of(const std::string& account) const;

 private:
  std::map<std::string, std::vector<EventType>> types_{};
};

// Sequenced and not yet stored: the next block.
struct OpenBlock {
  wire::BlockBuilder builder{};
  std::vector<Heading> headings{};
};

struct Accepted {
  Position first{};
  Position last{};
};
// The request had been accepted before, as this.
struct Duplicate {
  Position first{};
  Position last{};
};
using Decision = std::variant<Accepted, Duplicate, wire::Refused>;

class Sequencer {
 public:
  static constexpr std::size_t conditions_max = 256;
  static constexpr std::size_t request_bytes_max = 7 * 1024 * 1024;  // of all its events

  Sequencer(LogState state, Rights rights);

  // Accepted: its records were added to `block`, and its effects count from now on.
  [[nodiscard]] Decision append(const wire::Append& request, const std::string& account,
                                Instant now, OpenBlock& block);
  [[nodiscard]] const LogState& state() const { return state_; }

 private:
  [[nodiscard]] std::optional<wire::Refused> refuse_shape(const wire::Append& request) const;
  [[nodiscard]] std::optional<wire::Refused> refuse_condition(
      const wire::Condition& condition) const;
  [[nodiscard]] std::optional<wire::Refused> refuse_match(const wire::Condition& condition) const;
  // Fills headings_.
  [[nodiscard]] std::optional<wire::Refused> refuse_events(const wire::Append& request,
                                                           const std::string& account);
  [[nodiscard]] Accepted take(const wire::Append& request, const Sha256& digest, Instant now,
                              OpenBlock& block);

  LogState state_;
  Rights rights_;
  Hasher hasher_{};
  std::vector<Heading> headings_{};  // of the request at hand; a member to keep its memory
};

}  // namespace doorstep::event_log
