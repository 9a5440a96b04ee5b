// The one place that gives events their position: decides about one append request after the other,
// in the order of arrival, against everything sequenced so far, durable or not. Pure; one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/wire/log_protocol.h"
#include "services/event_log/log_state.h"
#include "services/event_log/open_block.h"

namespace doorstep::event_log {

// What each account may append, and who may move the floor.
class Rights {
 public:
  void allow(const std::string& account, std::vector<EventType> types);
  void allow_moving_the_floor(const std::string& account) { movers_.insert(account); }
  [[nodiscard]] bool may_move_the_floor(const std::string& account) const {
    return movers_.contains(account);
  }
  // Ascending; empty for an account that is not known.
  [[nodiscard]] std::span<const EventType> of(const std::string& account) const;

 private:
  std::map<std::string, std::vector<EventType>> types_{};
  std::set<std::string> movers_{};
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
// The request is in a block that is not on disk yet: decide again once that is settled.
struct OnItsWay {};
using Decision = std::variant<Accepted, Duplicate, OnItsWay, wire::Refused>;

class Sequencer {
 public:
  static constexpr std::size_t match_conditions_max = 16;  // `nothing_after`: each walks headings
  // By all of a request's: each may look back at its share of them.
  static constexpr std::uint64_t headings_looked_at_max = 2 * RecentHeadings::kept_max;
  static constexpr std::size_t request_bytes_max = 7 * 1024 * 1024;  // of all its events

  // The tree of `state` is the sealer's; here it stays as it was.
  Sequencer(LogState state, Rights rights);

  // Accepted: its records were added to `block`, and its effects count from now on.
  [[nodiscard]] Decision append(const wire::AppendView& request, const std::string& account,
                                Instant now, OpenBlock& block);
  // The block is on disk, with the digests of its requests.
  void settle(const OpenBlock& block);
  // Where an id landed, durable or not.
  [[nodiscard]] std::optional<Accepted> find(AppendId id) const;
  [[nodiscard]] const LogState& state() const { return state_; }
  [[nodiscard]] const Rights& rights() const { return rights_; }

 private:
  [[nodiscard]] std::optional<wire::Refused> refuse_shape(const wire::AppendView& request) const;
  [[nodiscard]] std::optional<wire::Refused> refuse_condition(
      const wire::Condition& condition) const;
  [[nodiscard]] std::optional<wire::Refused> refuse_match(const wire::Condition& condition,
                                                          std::size_t matches) const;
  // Fills headings_.
  [[nodiscard]] std::optional<wire::Refused> refuse_events(const wire::AppendView& request,
                                                           const std::string& account);
  [[nodiscard]] Accepted take(const wire::AppendView& request, Instant now, OpenBlock& block);

  LogState state_;
  Rights rights_;
  // Requests in blocks that are not on disk: their digests are made when these are sealed.
  std::unordered_map<Uuid, Accepted> on_their_way_{};
  std::vector<Heading> headings_{};  // of the request at hand; a member to keep its memory
};

}  // namespace doorstep::event_log
