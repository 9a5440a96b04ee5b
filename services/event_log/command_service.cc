#include "services/event_log/command_service.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace doorstep::event_log {
namespace {

constexpr int messages_per_step_max = 1'024;

std::size_t bytes_of(const wire::Append& append) {
  std::size_t bytes = 0;
  for (const Bytes& event : append.events) bytes += event.size();
  return bytes;
}

}  // namespace

CommandService::CommandService(Outside outside, Sequencer sequencer, Limits limits)
    : outside_{outside}, sequencer_{std::move(sequencer)}, limits_{limits} {
  const LogState& state = sequencer_.state();
  durable_ = state.head;
  durable_recorded_at_ = state.recorded_at;
  durable_tree_ = state.tree;
}

Result<Work> CommandService::step(Now now) {
  const auto settled = settle();
  if (!settled) return settled;
  Work work = *settled;
  const auto also = [&work](Work more) {
    if (more == Work::done) work = Work::done;
  };
  also(take_waiting(now.wall));
  also(receive(now.wall));
  const auto sealed = seal();
  if (!sealed) return sealed;
  also(*sealed);
  also(send_answers());
  if (const auto signed_now = sign(now.monotonic); !signed_now) {
    return std::unexpected(signed_now.error());
  }
  return work;
}

bool CommandService::drained() const {
  return draining_ && waiting_.empty() && open_.headings.empty() && in_flight_.empty() &&
         answers_.empty() && outside_.head.covers(number(durable_));
}

Decision CommandService::append(const wire::Append& request, const std::string& account,
                                Instant now) {
  return sequencer_.append(request, account, now, open_);
}

// Shows and acknowledges what has become durable, in that order: whoever has an answer can read it.
Result<Work> CommandService::settle() {
  const auto durable = outside_.store.durable();
  if (!durable) return std::unexpected(durable.error());
  if (*durable == durable_) return Work::idle;
  while (!in_flight_.empty() && in_flight_.front().stored.last <= *durable) {
    Written& written = in_flight_.front();
    durable_ = written.stored.last;
    durable_recorded_at_ = written.recorded_at;
    durable_tree_ = std::move(written.tree);
    outside_.tail.push(std::make_shared<const TailBlock>(
        TailBlock{.stored = std::move(written.stored), .headings = std::move(written.headings)}));
    in_flight_.pop_front();
  }
  while (!waiters_.empty() && waiters_.front().last <= durable_) {
    answer(waiters_.front().peer, waiters_.front().reply);
    waiters_.pop_front();
  }
  return Work::done;
}

Work CommandService::receive(Instant now) {
  Work work = Work::idle;
  // A full block ends the round, so that it is on its way before more is taken in.
  for (int i = 0; i < messages_per_step_max && answers_.size() < limits_.replies_max; ++i) {
    const auto message = outside_.cmd.receive();
    if (!message) break;
    work = Work::done;
    handle(*message, now);
    if (block_is_full() && outside_.store.accepts()) break;
  }
  return work;
}

void CommandService::handle(const Message& message, Instant now) {
  auto request = wire::decode_request(message.bytes);
  if (!request) {
    const auto code = request.error().code == ErrorCode::too_large ? wire::RefusalCode::too_large
                                                                   : wire::RefusalCode::invalid;
    answer(message.peer, {0, wire::Refused{.code = code, .message = request.error().message}});
    return;
  }
  const std::uint64_t number = request->number;
  if (auto* append = std::get_if<wire::Append>(&request->what)) {
    const std::size_t bytes = bytes_of(*append);
    take({.peer = message.peer,
          .account = message.account,
          .number = number,
          .append = std::move(*append),
          .bytes = bytes},
         now);
  } else if (const auto* lookup = std::get_if<wire::Lookup>(&request->what)) {
    const wire::Found what = found(lookup->append_id);
    const Position last = what.appended ? what.appended->last : Position{};
    answer_when_durable({.peer = message.peer, .last = last, .reply = {number, what}});
  } else if (std::holds_alternative<wire::Describe>(request->what)) {
    answer(message.peer, {number, described()});
  } else {
    answer(message.peer,
           {number, wire::Refused{.code = wire::RefusalCode::invalid,
                                  .message = "subscriptions belong to the feed socket"}});
  }
}

void CommandService::take(Pending pending, Instant now) {
  if (waiting_.empty() && !block_is_full()) {
    sequence(pending, now);
    return;
  }
  if (waiting_.size() >= limits_.waiting_requests_max ||
      waiting_bytes_ + pending.bytes > limits_.waiting_bytes_max) {
    answer(pending.peer,
           {pending.number, wire::Refused{.code = wire::RefusalCode::busy,
                                          .message = "the log has more to write than it may keep "
                                                     "in memory. Send the same request again",
                                          .retry_after_ms = limits_.retry_after_ms}});
    return;
  }
  waiting_bytes_ += pending.bytes;
  waiting_.push_back(std::move(pending));
}

Work CommandService::take_waiting(Instant now) {
  Work work = Work::idle;
  while (!waiting_.empty() && !block_is_full()) {
    sequence(waiting_.front(), now);
    waiting_bytes_ -= waiting_.front().bytes;
    waiting_.pop_front();
    work = Work::done;
  }
  return work;
}

void CommandService::sequence(const Pending& pending, Instant now) {
  const bool is_new = !sequencer_.state().append_ids.find(pending.append.append_id);
  if (draining_ && is_new) {
    answer(pending.peer,
           {pending.number, wire::Refused{.code = wire::RefusalCode::draining,
                                          .message = "the log is stopping. Send it again later",
                                          .retry_after_ms = 20 * limits_.retry_after_ms}});
    return;
  }
  const Decision decision = sequencer_.append(pending.append, pending.account, now, open_);
  std::visit(
      overloaded{
          [&](const Accepted& accepted) {
            waiters_.push_back({pending.peer,
                                accepted.last,
                                {pending.number, wire::Appended{accepted.first, accepted.last}}});
          },
          [&](const Duplicate& duplicate) {
            answer_when_durable(
                {pending.peer,
                 duplicate.last,
                 {pending.number, wire::Appended{duplicate.first, duplicate.last, true}}});
          },
          [&](const wire::Refused& refused) { answer(pending.peer, {pending.number, refused}); },
      },
      decision);
}

bool CommandService::block_is_full() const {
  return open_.builder.raw_bytes() >= limits_.block_bytes_max ||
         open_.headings.size() >= limits_.block_events_max;
}

// There is no timer. While one block is being written the next one grows; it is handed over when
// the first is done, or earlier once it is large enough to keep the disk busy by itself.
Result<Work> CommandService::seal() {
  if (open_.headings.empty() || !outside_.store.accepts()) return Work::idle;
  if (!in_flight_.empty() && open_.builder.raw_bytes() < limits_.overlap_bytes) return Work::idle;
  Written written{.stored = {.first = open_.builder.first(), .last = open_.builder.last()},
                  .headings = std::exchange(open_.headings, {}),
                  .recorded_at = sequencer_.state().recorded_at,
                  .tree = sequencer_.state().tree};
  written.stored.bytes = std::make_shared<const Bytes>(open_.builder.finish());
  const auto submitted = outside_.store.submit(written.stored);
  if (!submitted) return std::unexpected(submitted.error());
  in_flight_.push_back(std::move(written));
  return Work::done;
}

wire::Described CommandService::described() {
  return {.log = outside_.head.identity().log,
          .epoch = outside_.head.identity().epoch,
          .head = durable_,
          .recorded_at = durable_recorded_at_,
          .root = durable_tree_.root(hasher_)};
}

wire::Found CommandService::found(AppendId id) const {
  if (id.is_nil()) return {};
  const auto known = sequencer_.state().append_ids.find(id);
  if (!known) return {};
  return {.appended = wire::Appended{known->first, known->last}};
}

void CommandService::answer(PeerId peer, const wire::Reply& reply) {
  // A peer that does not take its answers loses them; it asks again under the same id.
  if (answers_.size() >= limits_.replies_max) return;
  answers_.push_back({peer, wire::encode(reply)});
}

void CommandService::answer_when_durable(Waiter waiter) {
  if (waiter.last <= durable_) {
    answer(waiter.peer, waiter.reply);
    return;
  }
  const auto place = std::ranges::upper_bound(waiters_, waiter.last, {}, &Waiter::last);
  waiters_.insert(place, std::move(waiter));
}

Work CommandService::send_answers() {
  Work work = Work::idle;
  std::deque<Answer> kept;
  for (Answer& answer : answers_) {
    if (outside_.cmd.send(answer.peer, answer.bytes) == Sent::full) {
      kept.push_back(std::move(answer));
    } else {
      work = Work::done;
    }
  }
  answers_ = std::move(kept);
  return work;
}

Outcome CommandService::sign(Milliseconds now) {
  const bool last_chance = draining_ && in_flight_.empty() && open_.headings.empty() &&
                           !outside_.head.covers(number(durable_));
  if (!last_chance && !outside_.head.is_due(number(durable_), now)) return {};
  return outside_.head.write(number(durable_), durable_tree_.root(hasher_), now);
}

}  // namespace doorstep::event_log
