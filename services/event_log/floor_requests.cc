#include "services/event_log/floor_requests.h"

#include <algorithm>

namespace doorstep::event_log {
namespace {

using wire::RefusalCode;

wire::Refused refused(RefusalCode code, std::string message) {
  return {.code = code, .message = "move the floor: " + std::move(message)};
}
wire::Refused refused_for_now(RefusalCode code, std::string message) {
  wire::Refused why = refused(code, std::move(message) + ". Ask again");
  why.retry_after_ms = 1'000;
  return why;
}
std::string text(std::uint64_t position) { return std::to_string(position); }

}  // namespace

std::optional<wire::Reply> FloorRequests::ask(PeerId peer, std::uint64_t number, Position wanted,
                                              const Facts& facts) {
  const auto answer = [number](auto what) { return wire::Reply{number, std::move(what)}; };
  if (!facts.account_may) {
    return answer(refused(RefusalCode::denied,
                          "this account may not. An operator can let it: may_move_floor = true in "
                          "accounts.toml, then restart the log"));
  }
  if (wanted <= position()) return answer(wire::FloorMoved{position()});
  if (wanted > facts.signed_to) {
    return answer(refused(RefusalCode::invalid, "position " + text(doorstep::number(wanted)) +
                                                    " is not signed yet; the newest checkpoint is "
                                                    "of position " +
                                                    text(doorstep::number(facts.signed_to))));
  }
  const std::uint64_t durable = doorstep::number(facts.durable);
  const std::uint64_t most = durable - std::min(durable, limits_.kept_min);
  if (doorstep::number(wanted) > most) {
    return answer(refused(RefusalCode::invalid, "the newest " + text(limits_.kept_min) +
                                                    " events are always kept, so it can be at most "
                                                    "at position " +
                                                    text(most)));
  }
  if (facts.served_for < limits_.readers_return_within) {
    return answer(refused_for_now(RefusalCode::busy,
                                  "the log has just begun to serve, and whoever reads it must come "
                                  "back first and say what it still needs"));
  }
  if (auto why = news_.still_needed(wanted)) return answer(*std::move(why));
  if (!news_.wish(wanted)) {
    return answer(refused_for_now(RefusalCode::busy, "it is being moved already"));
  }
  waiting_ = {peer, number};
  return std::nullopt;
}

std::optional<FloorRequests::Answer> FloorRequests::take_answer(bool is_draining) {
  if (!waiting_) return std::nullopt;
  const auto answer = news_.take_answer();
  if (!answer && !is_draining) return std::nullopt;
  const auto [peer, number] = *std::exchange(waiting_, std::nullopt);
  if (!answer) {
    return Answer{peer, {number, refused_for_now(RefusalCode::draining, "the log is stopping")}};
  }
  return std::visit([&](auto what) { return Answer{peer, {number, std::move(what)}}; }, *answer);
}

std::shared_ptr<const FloorTree> FloorRequests::moved() {
  if (news_.position() == known_) return nullptr;
  const auto tree = news_.tree();
  known_ = tree->floor;
  news_.seen_by_commands(known_);
  return tree;
}

}  // namespace doorstep::event_log
