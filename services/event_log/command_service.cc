#include "services/event_log/command_service.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace doorstep::event_log {
namespace {

constexpr int messages_per_step_max = 1'024;

constexpr std::size_t spare_blocks_max = 3;

wire::Refused busy(std::string message, Milliseconds retry_after) {
  return {.code = wire::RefusalCode::busy,
          .message = std::move(message) + ". Send the same request again after a while",
          .retry_after_ms = static_cast<std::uint32_t>(retry_after.count())};
}

}  // namespace

CommandService::CommandService(Outside outside, Sequencer sequencer, Rates rates, Limits limits)
    : outside_{outside},
      sequencer_{std::move(sequencer)},
      tree_{sequencer_.state().tree},
      rates_{std::move(rates)},
      limits_{limits},
      cmd_{outside.cmd} {
  const LogState& state = sequencer_.state();
  durable_ = state.head;
  durable_recorded_at_ = state.recorded_at;
  durable_tree_ = state.tree;
}

Result<Work> CommandService::step(Now now) {
  if (!serves_since_) serves_since_ = now.monotonic;
  if (outside_.floor != nullptr) follow_floor();
  const auto settled = settle();
  if (!settled) return settled;
  Work work = *settled;
  const auto also = [&work](Work more) {
    if (more == Work::done) work = Work::done;
  };
  retries_bytes_ = 0;
  for (Pending& pending : std::exchange(retries_, {})) {
    sequence_or_keep(std::move(pending), now.wall);
  }
  also(take_waiting(now.wall));
  also(receive(now));
  const auto handed_over = hand_over();
  if (!handed_over) return handed_over;
  also(*handed_over);
  if (outside_.load != nullptr && !waiters_.empty()) outside_.load->append_seen(now.monotonic);
  const auto written_here = settle();
  if (!written_here) return written_here;
  also(*written_here);
  const auto proven = prove(now.wall);
  if (!proven) return proven;
  also(*proven);
  also(send_answers());
  if (const auto signed_now = sign(now.monotonic); !signed_now) {
    return std::unexpected(signed_now.error());
  }
  return work;
}

bool CommandService::drained() const {
  return draining_ && waiting_.empty() && retries_.empty() && open_->headings.empty() &&
         in_flight_.empty() && answers_.empty() && !cmd_.has_unsent() &&
         outside_.head.covers(number(durable_));
}

Decision CommandService::append(const wire::AppendView& request, const std::string& account,
                                Instant now) {
  return sequencer_.append(request, account, now, *open_);
}

// Shows and acknowledges what has become durable, in that order: whoever has an answer can read
// it. Whatever else is due waits until the answers are on their way.
Result<Work> CommandService::settle() {
  const auto durable = outside_.store.durable();
  if (!durable) return std::unexpected(durable.error());
  if (*durable == durable_) return Work::idle;
  const auto first_after = std::ranges::find_if(
      in_flight_, [&](const Written& written) { return written.last > *durable; });
  std::for_each(in_flight_.begin(), first_after, [this](const Written& written) { show(written); });
  while (!waiters_.empty() && waiters_.front().last <= durable_) {
    answer(waiters_.front().peer, waiters_.front().reply);
    waiters_.pop_front();
  }
  static_cast<void>(send_answers());
  outside_.tail.ring();
  for (; !in_flight_.empty() && in_flight_.front().last <= durable_; in_flight_.pop_front()) {
    if (auto kept = keep(in_flight_.front()); !kept) return std::unexpected(kept.error());
  }
  return Work::done;
}

void CommandService::show(const Written& written) {
  OpenBlock& block = *written.open;
  durable_recorded_at_ = block.times.back().recorded_at;
  outside_.tail.push(std::make_shared<const TailBlock>(
      TailBlock{.stored = {written.first, written.last, std::move(block.bytes)},
                .headings = std::move(block.headings),
                .times = block.times,
                .growth = block.growth}));
  durable_ = written.last;
  std::swap(durable_tree_, block.tree);
}

Outcome CommandService::keep(const Written& written) {
  OpenBlock& block = *written.open;
  sequencer_.settle(block);
  auto kept =
      outside_.proofs.settle(written.last, block.growth.pages, block.times.back().recorded_at);
  block.clear();
  if (spare_.size() < spare_blocks_max) spare_.push_back(written.open);
  return kept;
}

Work CommandService::receive(Now now) {
  Work work = Work::idle;
  // A full block ends the round, so that it is on its way before more is taken in.
  for (int i = 0; i < messages_per_step_max && answers_.size() < limits_.replies_max; ++i) {
    auto message = cmd_.receive();
    if (!message) break;
    work = Work::done;
    handle(std::move(*message), now);
    if (block_is_full() && outside_.store.accepts()) break;
  }
  return work;
}

void CommandService::handle(Message message, Now now) {
  auto request = wire::view_request(message.bytes);
  if (!request) {
    const auto code = request.error().code == ErrorCode::too_large ? wire::RefusalCode::too_large
                                                                   : wire::RefusalCode::invalid;
    answer(message.peer, {wire::number_of_request(message.bytes),
                          wire::Refused{.code = code, .message = request.error().message}});
    return;
  }
  const std::uint64_t number = request->number;
  if (auto* append = std::get_if<wire::AppendView>(&request->what)) {
    take({.message = std::move(message), .number = number, .append = std::move(*append)}, now);
  } else if (const auto* lookup = std::get_if<wire::Lookup>(&request->what)) {
    const wire::Found what = found(lookup->append_id);
    const Position last = what.appended ? what.appended->last : Position{};
    answer_when_durable({.peer = message.peer, .last = last, .reply = {number, what}});
  } else if (std::holds_alternative<wire::Describe>(request->what)) {
    answer(message.peer, {number, described()});
  } else if (std::holds_alternative<wire::AskCheckpoint>(request->what)) {
    answer(message.peer, outside_.proofs.checkpoint(number, now.monotonic));
  } else if (const auto* prove = std::get_if<wire::Prove>(&request->what)) {
    outside_.proofs.ask(message.peer, number, *prove);
  } else if (const auto* move = std::get_if<wire::MoveFloor>(&request->what);
             move != nullptr && outside_.floor != nullptr) {
    ask_floor(message, number, move->floor, now.monotonic);
  } else {
    answer(message.peer, {number, wire::Refused{.code = wire::RefusalCode::invalid,
                                                .message = "this belongs to the feed socket"}});
  }
}

void CommandService::ask_floor(const Message& message, std::uint64_t number, Position wanted,
                               Milliseconds now) {
  const auto& newest = outside_.head.newest();
  const auto reply =
      outside_.floor->ask(message.peer, number, wanted,
                          {.account_may = sequencer_.rights().may_move_the_floor(message.account),
                           .durable = durable_,
                           .signed_to = Position{newest ? newest->size : 0},
                           .served_for = now - serves_since_.value_or(now)});
  if (reply) answer(message.peer, *reply);
}

void CommandService::follow_floor() {
  if (const auto moved = outside_.floor->moved()) outside_.proofs.move_floor(*moved);
  if (const auto done = outside_.floor->take_answer(draining_)) answer(done->first, done->second);
}

void CommandService::take(Pending pending, Now now) {
  const auto wait =
      rates_.take(pending.message.account, pending.append.events.size(), now.monotonic);
  if (wait) {
    refuse_as_busy(pending, "this account appends more events a second than it may", *wait);
    return;
  }
  if (waiting_.empty() && fits(pending)) {
    sequence_or_keep(std::move(pending), now.wall);
    return;
  }
  const std::size_t bytes = pending.message.bytes.size();
  if (waiting_.size() >= limits_.waiting_requests_max ||
      waiting_bytes_ + bytes > limits_.waiting_bytes_max) {
    refuse_as_busy(pending, "the log has more to write than it may keep in memory",
                   limits_.retry_after);
    return;
  }
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(pending));
}

Work CommandService::take_waiting(Instant now) {
  Work work = Work::idle;
  while (!waiting_.empty() && fits(waiting_.front())) {
    waiting_bytes_ -= waiting_.front().message.bytes.size();
    Pending pending = std::move(waiting_.front());
    waiting_.pop_front();
    sequence_or_keep(std::move(pending), now);
    work = Work::done;
  }
  return work;
}

void CommandService::sequence_or_keep(Pending pending, Instant now) {
  if (sequence(pending, now)) return;
  const std::size_t bytes = pending.message.bytes.size();
  if (retries_.size() >= limits_.waiting_requests_max ||
      retries_bytes_ + bytes > limits_.waiting_bytes_max) {
    refuse_as_busy(pending, "the same requests come faster than they are written",
                   limits_.retry_after);
    return;
  }
  retries_bytes_ += bytes;
  retries_.push_back(std::move(pending));
}

void CommandService::refuse_as_busy(const Pending& pending, std::string message,
                                    Milliseconds retry_after) {
  answer(pending.message.peer, {pending.number, busy(std::move(message), retry_after)});
}

bool CommandService::sequence(const Pending& pending, Instant now) {
  const PeerId peer = pending.message.peer;
  if (draining_ && !sequencer_.find(pending.append.append_id)) {
    answer(peer, {pending.number,
                  wire::Refused{.code = wire::RefusalCode::draining,
                                .message = "the log is stopping. Send it again later",
                                .retry_after_ms =
                                    static_cast<std::uint32_t>(20 * limits_.retry_after.count())}});
    return true;
  }
  const Decision decision = sequencer_.append(pending.append, pending.message.account, now, *open_);
  std::visit(
      overloaded{
          [&](const Accepted& accepted) {
            waiters_.push_back({peer,
                                accepted.last,
                                {pending.number, wire::Appended{accepted.first, accepted.last}}});
          },
          [&](const Duplicate& duplicate) {
            answer_when_durable(
                {peer,
                 duplicate.last,
                 {pending.number, wire::Appended{duplicate.first, duplicate.last, true}}});
          },
          [](const OnItsWay&) {},
          [&](const wire::Refused& refused) { answer(peer, {pending.number, refused}); },
      },
      decision);
  return !std::holds_alternative<OnItsWay>(decision);
}

bool CommandService::block_is_full() const {
  return open_->builder.raw_bytes() >= limits_.block_bytes_max ||
         open_->headings.size() >= limits_.block_events_max;
}

// Whether the block stays one that travels whole: only then each request comes with its records.
bool CommandService::fits(const Pending& pending) const {
  if (open_->headings.empty()) return true;
  const std::size_t entries = (open_->requests.size() + 1) * wire::request_entry_bytes;
  const std::size_t stamps = pending.append.events.size() * wire::stamp_bytes;
  return !block_is_full() &&
         open_->builder.raw_bytes() + entries + stamps + pending.message.bytes.size() <=
             limits_.whole_bytes_max;
}

// There is no timer. While one block is being written the next one grows; it is handed over when
// the first is done, or earlier once it is large enough to keep the disk busy by itself.
Result<Work> CommandService::hand_over() {
  // A retry may have been taken for new: nothing of it may reach the disk.
  if (auto lost = sequencer_.state().append_ids.lost()) return std::unexpected(*lost);
  if (open_->headings.empty() || !outside_.store.accepts()) return Work::idle;
  if (!in_flight_.empty() && open_->builder.raw_bytes() < limits_.overlap_bytes) return Work::idle;
  Written written{open_->builder.first(), open_->builder.last(), open_};
  SubmittedBlock block{written.first, written.last, [open = open_, sealer = sealer_] {
                         sealer->seal(*open);
                         return open->bytes;
                       }};
  const bool is_large = open_->builder.raw_bytes() >= limits_.overlap_bytes;
  const bool is_alone = in_flight_.empty();
  const bool is_shared = is_alone && is_large;
  if (is_shared) open_->builder.begin_to_compress();
  const bool is_written_here =
      is_alone && !is_large && open_->requests.size() <= limits_.lone_requests_max;
  const auto submitted = is_written_here ? outside_.store.submit_here(std::move(block))
                                         : outside_.store.submit(std::move(block));
  if (!submitted) return std::unexpected(submitted.error());
  if (is_shared) open_->builder.help_to_compress();  // nobody else needs this thread now
  tree_.add(*written.open);  // while the disk works, or after it where the block was written here
  std::size_t size = 0;
  for (std::uint64_t upto = 1;
       size + 1 < block_sizes_.size() && number(written.last) - number(written.first) >= upto;
       upto *= 4) {
    ++size;
  }
  ++block_sizes_[size];
  in_flight_.push_back(std::move(written));
  open_ = fresh_block();
  return Work::done;
}

std::shared_ptr<OpenBlock> CommandService::fresh_block() {
  if (spare_.empty()) return std::make_shared<OpenBlock>();
  auto block = std::move(spare_.back());
  spare_.pop_back();
  return block;
}

std::optional<Instant> CommandService::last_recorded() const {
  const LogState& state = sequencer_.state();
  return state.head == Position{} ? std::nullopt : std::optional{state.recorded_at};
}

wire::Described CommandService::described() {
  return {.log = outside_.head.identity().log,
          .epoch = outside_.head.identity().epoch,
          .head = durable_,
          .recorded_at = durable_recorded_at_,
          .root = durable_tree_.root(hasher_),
          .floor = outside_.floor == nullptr ? Position{} : outside_.floor->position()};
}

wire::Found CommandService::found(AppendId id) const {
  if (id.is_nil()) return {};
  const auto known = sequencer_.find(id);
  if (!known) return {};
  return {.appended = wire::Appended{known->first, known->last}};
}

void CommandService::answer(PeerId peer, const wire::Reply& reply) {
  if (answers_.size() >= limits_.replies_max) return;
  answers_.push_back({peer, wire::encode(reply)});
}

void CommandService::answer_when_durable(Waiter waiter) {
  if (waiter.last <= durable_) {
    answer(waiter.peer, waiter.reply);
    return;
  }
  if (waiters_.size() >= limits_.replies_max) {
    answer(waiter.peer,
           {waiter.reply.number, busy("more wait for the disk than may", limits_.retry_after)});
    return;
  }
  const auto place = std::ranges::upper_bound(waiters_, waiter.last, {}, &Waiter::last);
  waiters_.insert(place, std::move(waiter));
}

// A peer that does not take its answers has some kept and loses the others: it asks again under the
// same ids. Nobody else waits for it.
Work CommandService::send_answers() {
  Work work = Work::idle;
  std::deque<Answer> kept;
  std::map<PeerId, std::size_t> full;  // how many are kept of whom
  for (Answer& answer : answers_) {
    const auto waiting = full.find(answer.peer);
    if (waiting == full.end() && cmd_.send(answer.peer, answer.bytes) != Sent::full) {
      work = Work::done;
      continue;
    }
    std::size_t& count = waiting == full.end() ? full[answer.peer] : waiting->second;
    if (count == limits_.replies_of_a_peer_max) continue;
    ++count;
    kept.push_back(std::move(answer));
  }
  answers_ = std::move(kept);
  if (cmd_.flush()) work = Work::done;
  return work;
}

Result<Work> CommandService::prove(Instant now) {
  const bool is_quiet = in_flight_.empty() && open_->headings.empty();
  const auto work = outside_.proofs.step(now, is_quiet);
  for (const auto& [peer, reply] : outside_.proofs.take_answers()) answer(peer, reply);
  return work;
}

Outcome CommandService::sign(Milliseconds now) {
  const bool last_chance = draining_ && in_flight_.empty() && open_->headings.empty() &&
                           !outside_.head.covers(number(durable_));
  if (!last_chance && !outside_.head.is_due(number(durable_), now)) return {};
  return outside_.head.write(number(durable_), durable_tree_.root(hasher_), now);
}

}  // namespace doorstep::event_log
