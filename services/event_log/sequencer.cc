#include "services/event_log/sequencer.h"

#include <algorithm>

#include "common/domain/names.h"
#include "common/wire/event_codec.h"

namespace doorstep::event_log {
namespace {

wire::Refused refused(wire::RefusalCode code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

std::string nth_event(std::size_t index) { return "event " + std::to_string(index + 1); }

std::string describe(const wire::Condition& condition, std::uint64_t actual) {
  std::string expected;
  switch (condition.expect) {
    case wire::Expectation::any:
    case wire::Expectation::none:
      expected = "no events";
      break;
    case wire::Expectation::exists:
      expected = "at least one event";
      break;
    case wire::Expectation::exact:
      expected = "revision " + std::to_string(number(condition.revision)) + " as its last";
      break;
    case wire::Expectation::nothing_after:
      break;  // of no single stream: refuse_match()
  }
  return "stream " + std::string{name_of(condition.stream.kind)} + "/" +
         to_string(condition.stream.id) + ": expected " + expected + ", it has " +
         std::to_string(actual) + " events. Read it again and decide again";
}

}  // namespace

void Rights::allow(const std::string& account, std::vector<EventType> types) {
  std::ranges::sort(types);
  types_[account] = std::move(types);
}

std::span<const EventType> Rights::of(const std::string& account) const {
  const auto found = types_.find(account);
  if (found == types_.end()) return {};
  return found->second;
}

Sequencer::Sequencer(LogState state, Rights rights)
    : state_{std::move(state)}, rights_{std::move(rights)} {}

Decision Sequencer::append(const wire::AppendView& request, const std::string& account, Instant now,
                           OpenBlock& block) {
  if (auto refusal = refuse_shape(request)) return *std::move(refusal);
  // A retry is recognised before anything else is asked: what held then need not hold now.
  if (on_their_way_.contains(request.append_id.value)) return OnItsWay{};
  if (const auto known = state_.append_ids.find(request.append_id)) {
    if (known->says_the_same(wire::digest_of(request)) ||
        known->says_the_same(wire::sha_digest_of(request))) {
      return Duplicate{known->first, known->last};
    }
    return refused(wire::RefusalCode::id_conflict,
                   "append " + to_string(request.append_id) +
                       ": this id was used for something else. Use a new id for a new request");
  }
  if (auto refusal = refuse_events(request, account)) return *std::move(refusal);
  const auto matches = std::ranges::count(request.conditions, wire::Expectation::nothing_after,
                                          &wire::Condition::expect);
  for (const wire::Condition& condition : request.conditions) {
    const auto refusal = condition.expect == wire::Expectation::nothing_after
                             ? refuse_match(condition, static_cast<std::size_t>(matches))
                             : refuse_condition(condition);
    if (refusal) return *refusal;
  }
  return take(request, now, block);
}

void Sequencer::settle(const OpenBlock& block) {
  for (const OpenRequest& request : block.requests) {
    on_their_way_.erase(request.append_id.value);
    const bool is_new =
        state_.append_ids.add(request.append_id, request.digest, request.first, request.events);
    DOORSTEP_ASSERT(is_new);
  }
}

std::optional<Accepted> Sequencer::find(AppendId id) const {
  const auto on_its_way = on_their_way_.find(id.value);
  if (on_its_way != on_their_way_.end()) return on_its_way->second;
  const auto known = state_.append_ids.find(id);
  if (!known) return std::nullopt;
  return Accepted{known->first, known->last};
}

std::optional<wire::Refused> Sequencer::refuse_shape(const wire::AppendView& request) const {
  using enum wire::RefusalCode;
  if (request.append_id.is_nil()) return refused(invalid, "append: the appendId is missing");
  if (request.events.empty()) return refused(invalid, "append: there are no events in it");
  if (request.events.size() > wire::append_events_max) {
    return refused(too_large, "append: more than " + std::to_string(wire::append_events_max) +
                                  " events in one request. Split it");
  }
  if (request.conditions.size() > wire::append_conditions_max) {
    return refused(too_large, "append: more than " + std::to_string(wire::append_conditions_max) +
                                  " conditions in one request. Split it");
  }
  const auto matches = std::ranges::count(request.conditions, wire::Expectation::nothing_after,
                                          &wire::Condition::expect);
  if (static_cast<std::size_t>(matches) > match_conditions_max) {
    return refused(too_large, "append: more than " + std::to_string(match_conditions_max) +
                                  " conditions on what came after a position in one request");
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < request.events.size(); ++i) {
    bytes += request.events[i].size();
    if (request.events[i].size() > wire::event_bytes_max) {
      return refused(too_large, nth_event(i) + ": larger than " +
                                    std::to_string(wire::event_bytes_max) + " bytes");
    }
  }
  if (bytes > request_bytes_max) {
    return refused(too_large, "append: more than " + std::to_string(request_bytes_max) +
                                  " bytes in one request. Split it");
  }
  return std::nullopt;
}

std::optional<wire::Refused> Sequencer::refuse_events(const wire::AppendView& request,
                                                      const std::string& account) {
  const auto allowed = rights_.of(account);
  headings_.clear();
  for (std::size_t i = 0; i < request.events.size(); ++i) {
    const BytesView event = request.events[i];
    const auto envelope = wire::check_event(event);
    if (!envelope) {
      return refused(wire::RefusalCode::invalid, nth_event(i) + ": " + envelope.error().message);
    }
    if (!std::ranges::binary_search(allowed, envelope->type)) {
      return refused(wire::RefusalCode::denied,
                     nth_event(i) + ": account " + account + " may not append events of type " +
                         std::string{name_of(envelope->type)} + " (" +
                         std::to_string(static_cast<unsigned>(envelope->type)) + ")");
    }
    headings_.push_back(heading_of(*envelope));
    state_.streams.prefetch(envelope->stream);
  }
  return std::nullopt;
}

std::optional<wire::Refused> Sequencer::refuse_condition(const wire::Condition& condition) const {
  if (condition.stream.is_none() || condition.expect > wire::Expectation::exact) {
    return refused(wire::RefusalCode::invalid, "append: a condition without a stream or meaning");
  }
  const std::uint64_t actual = state_.streams.events_of(condition.stream);
  bool holds = true;
  switch (condition.expect) {
    case wire::Expectation::any:
      break;
    case wire::Expectation::none:
      holds = actual == 0;
      break;
    case wire::Expectation::exists:
      holds = actual > 0;
      break;
    case wire::Expectation::exact:
      holds = actual > 0 && actual - 1 == number(condition.revision);
      break;
    case wire::Expectation::nothing_after:
      break;
  }
  if (holds) return std::nullopt;
  return wire::Refused{.code = wire::RefusalCode::wrong_revision,
                       .message = describe(condition, actual),
                       .stream = condition.stream,
                       .actual = actual};
}

std::optional<wire::Refused> Sequencer::refuse_match(const wire::Condition& condition,
                                                     std::size_t matches) const {
  if (condition.after > state_.head) {
    return wire::Refused{.code = wire::RefusalCode::invalid,
                         .message = "append: a condition about what comes after position " +
                                    std::to_string(number(condition.after)) +
                                    ", and the log ends at " + std::to_string(number(state_.head)),
                         .position = state_.head};
  }
  const std::uint64_t far = headings_looked_at_max / matches;
  const Position oldest =
      std::max(state_.recent.forgotten(),
               Position{number(state_.head) - std::min(far, number(state_.head))});
  if (condition.after < oldest) {
    return wire::Refused{.code = wire::RefusalCode::reread,
                         .message = "append: a condition about what came after position " +
                                    std::to_string(number(condition.after)) +
                                    " can be asked only from position " +
                                    std::to_string(number(oldest)) +
                                    " on. Read on from there to the head and decide again",
                         .position = oldest};
  }
  const auto match = state_.recent.first_match(
      {.area = condition.area, .stream = condition.stream, .types = condition.types},
      condition.after);
  if (!match) return std::nullopt;
  return wire::Refused{.code = wire::RefusalCode::condition_failed,
                       .message =
                           "append: something that must not be there was recorded at "
                           "position " +
                           std::to_string(number(*match)) + ". Read on to there and decide again",
                       .position = *match};
}

Accepted Sequencer::take(const wire::AppendView& request, Instant now, OpenBlock& block) {
  const Position first = next(state_.head);
  state_.recorded_at = std::max(state_.recorded_at, now);
  if (block.times.empty() || block.times.back().recorded_at != state_.recorded_at) {
    block.times.push_back({first, state_.recorded_at});
  }
  block.builder.begin_request(request.append_id, {}, first);
  for (std::size_t i = 0; i < request.events.size(); ++i) {
    state_.head = next(state_.head);
    const Stamp stamp{.position = state_.head,
                      .revision = state_.streams.add(headings_[i].stream),
                      .recorded_at = state_.recorded_at};
    block.builder.add(stamp, request.events[i]);
    state_.recent.add(state_.head, headings_[i]);
    block.headings.push_back(headings_[i]);
  }
  block.requests.push_back({.append_id = request.append_id,
                            .first = first,
                            .events = static_cast<std::uint32_t>(request.events.size()),
                            .conditions = request.conditions});
  const Accepted accepted{.first = first, .last = state_.head};
  const bool is_new = on_their_way_.emplace(request.append_id.value, accepted).second;
  DOORSTEP_ASSERT(is_new);
  return accepted;
}

}  // namespace doorstep::event_log
