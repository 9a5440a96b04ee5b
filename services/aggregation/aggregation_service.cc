#include "services/aggregation/aggregation_service.h"

#include <utility>

#include "common/domain/assert.h"
#include "common/runtime/logging.h"
#include "common/wire/event_codec.h"
#include "services/aggregation/digest.h"

namespace doorstep::aggregation {
namespace {

constexpr Milliseconds tell_again_after{1'000};

std::string text(Position position) { return std::to_string(number(position)); }

bool is_for_an_operator(wire::RefusalCode code) {
  return code == wire::RefusalCode::invalid || code == wire::RefusalCode::too_large ||
         code == wire::RefusalCode::denied || code == wire::RefusalCode::damaged;
}

}  // namespace

AggregationService::AggregationService(const AggregationPorts& ports, runtime::Metrics& metrics,
                                       AggregationLimits limits)
    : questions_{ports.questions},
      limits_{limits},
      counters_{
          .questions =
              metrics.counter("doorstep_aggregation_questions_total", "Questions answered"),
          .not_understood = metrics.counter("doorstep_aggregation_not_understood_total",
                                            "Frames that are no question"),
          .dropped = metrics.counter("doorstep_aggregation_answers_dropped_total",
                                     "Answers to peers that are gone or do not read"),
          .watched = metrics.counter("doorstep_aggregation_watches_answered_total",
                                     "Watches answered, with or without a change"),
          .unknown = metrics.counter("doorstep_aggregation_unknown_events_total",
                                     "Events of a type that this build does not know, skipped"),
          .digests = metrics.counter("doorstep_aggregation_digests_total", "Days ended"),
          .digests_confirmed = metrics.counter("doorstep_aggregation_digests_confirmed_total",
                                               "Recorded digests that this fold confirms"),
          .digests_differing = metrics.counter("doorstep_aggregation_digests_differing_total",
                                               "Recorded digests that this fold contradicts"),
          .position = metrics.gauge("doorstep_aggregation_position", "Folded up to this position"),
          .head = metrics.gauge("doorstep_aggregation_head", "The log's head, as last heard"),
          .unmatched = metrics.gauge("doorstep_aggregation_unmatched", "Facts that fit nothing"),
          .households = metrics.gauge("doorstep_aggregation_households", "Households named so far"),
          .watchers =
              metrics.gauge("doorstep_aggregation_watchers", "Readers that wait for a change"),
      },
      log_{ports.log_cmd},
      follower_{ports.log_feed},
      follow_{{log_, follower_, ports.snapshot, metrics, ports.read_note},
              {.names = {"aggregation", "snapshots/coverage"}, .limits = limits.snapshots}},
      watchers_{limits.watchers} {}

Result<Work> AggregationService::step(Now now) {
  monotonic_ = now.monotonic;
  bool worked = log_.step(now) == Work::done;
  if (follow_.begin([this](BytesView snapshot) { return take_up(snapshot); })) {
    worked = follower_.step(now) == Work::done || worked;
    if (!draining_) {
      const auto followed = follow(now);
      if (!followed) return std::unexpected{followed.error()};
      worked = *followed == Work::done || worked;
      end_day_by_the_clock(now);
      keep_snapshot_when_due(now);
    }
    tell_digests(now);
    worked = answer_questions(now) == Work::done || worked;
    worked = answer_watchers(now) == Work::done || worked;
  }
  worked = say_again() == Work::done || worked;
  if (draining_ && digests_.untold() == 0 && !follow_.is_done(folded_.upto)) {
    keep_snapshot(now);
    worked = follower_.step(now) == Work::done || worked;  // the log learns of it
  }
  if (stopped_by_) return std::unexpected{*stopped_by_};
  show();
  return worked ? Work::done : Work::idle;
}

bool AggregationService::drained() const {
  return digests_.untold() == 0 && follow_.is_done(folded_.upto);
}

bool AggregationService::settled() const {
  return follow_.id() && follower_.is_level(*follow_.id()) && digests_.untold() == 0;
}

std::optional<runtime::Progress> AggregationService::take_up(BytesView snapshot) {
  auto kept = snapshot_from(snapshot);
  if (!kept) return std::nullopt;
  folded_ = {.state = std::move(kept->state), .upto = kept->progress.cursor.position};
  recorded_at_ = kept->progress.recorded_at;
  return std::move(kept->progress);
}

Result<Work> AggregationService::follow(Now now) {
  Work work = Work::idle;
  for (std::size_t i = 0; i < limits_.batches_per_step_max; ++i) {
    if (digests_.untold() >= limits_.untold_days_max) break;
    const auto batch = follower_.next(*follow_.id());
    if (!batch) break;
    work = Work::done;
    if (batch->records().empty()) continue;
    if (const auto done = fold(batch->records()); !done) return std::unexpected{done.error()};
    folded_.state.settle(folded_.upto);
    last_folded_at_ = now.monotonic;
  }
  if (const auto ended = follower_.ended(*follow_.id())) {
    return std::unexpected{follow_.feed_ended(folded_.upto, *ended)};
  }
  return work;
}

Outcome AggregationService::fold(std::span<const wire::Record> records) {
  for (const wire::Record& record : records) {
    auto event = wire::decode_event(record.event);
    if (!event) {
      return failure(ErrorCode::damaged, "aggregation: event at position " +
                                             text(record.stamp.position) +
                                             " cannot be read: " + event.error().message);
    }
    const Recorded recorded{record.stamp, *std::move(event)};
    const bool is_next = recorded.stamp.position == next(folded_.upto);
    const Day last_day = beijing_day(recorded_at_);
    if (is_next && folded_.upto != Position{} &&
        beijing_day(recorded.stamp.recorded_at) > last_day) {
      end_day(last_day);
    }
    const Delivery delivery = folded_.deliver(recorded);
    if (delivery == Delivery::seen_before) continue;
    if (delivery == Delivery::gap) {
      return failure(ErrorCode::damaged, "aggregation: the feed goes from position " +
                                             text(folded_.upto) + " to " +
                                             text(recorded.stamp.position));
    }
    recorded_at_ = recorded.stamp.recorded_at;
    if (std::holds_alternative<Unknown>(recorded.event.body)) counters_.unknown.add();
    if (const auto* digest = std::get_if<ProjectionDigestRecorded>(&recorded.event.body)) {
      compare(*digest);
    }
  }
  return {};
}

void AggregationService::compare(const ProjectionDigestRecorded& recorded) {
  const auto confirmed = digests_.confirms(recorded);
  if (!confirmed) return;
  if (*confirmed) {
    counters_.digests_confirmed.add();
    return;
  }
  counters_.digests_differing.add();
  runtime::log_error("the log holds another digest of coverage for " + to_string(recorded.day) +
                     " at position " + text(recorded.upto) + " than this fold had");
}

void AggregationService::end_day(Day day) {
  if (digests_.has(day)) return;
  digests_.end_day({day, folded_.upto, digest(folded_.state)});
  counters_.digests.add();
}

void AggregationService::end_day_by_the_clock(Now now) {
  if (folded_.upto == Position{} || !follower_.is_level(*follow_.id())) return;
  const Day day = beijing_day(recorded_at_);
  const Day next_day{std::to_underlying(day) + 1};
  const bool is_over = now.wall >= start_of(next_day) + limits_.after_midnight;
  // Simulated time may run so fast that ten seconds are nothing: really wait for stragglers, too.
  const bool is_quiet = now.monotonic - last_folded_at_ >= limits_.quiet_at_midnight;
  if (is_over && is_quiet) end_day(day);
}

void AggregationService::tell_digests(Now now) {
  if (telling_ || now.monotonic < tell_again_at_ || !log_.accepts()) return;
  const auto digest = digests_.next_untold();
  if (!digest) return;
  telling_ = digest->day;
  const Event event = event_of(*digest);
  wire::Append request{.append_id = {event.envelope.id.value}};
  request.events.push_back(wire::encode_event(event));
  log_.append(request,
              [this, digest = *digest](const auto& answer) { told_digest(digest, answer); });
}

void AggregationService::told_digest(const DayDigest& digest,
                                     const std::expected<wire::Appended, wire::Refused>& answer) {
  telling_.reset();
  // The id is taken: the day's digest is recorded already, and the feed shows whether it is this
  // one.
  const bool is_recorded = answer || answer.error().code == wire::RefusalCode::id_conflict;
  if (is_recorded) return digests_.told(digest.day);
  if (is_for_an_operator(answer.error().code)) {
    stopped_by_ =
        Error{ErrorCode::denied, "aggregation: the log refuses the digest of " +
                                     to_string(digest.day) + ": " + answer.error().message};
    return;
  }
  tell_again_at_ = monotonic_ + tell_again_after;
}

Work AggregationService::answer_questions(Now now) {
  Work work = Work::idle;
  for (std::size_t i = 0; i < limits_.questions_per_step_max; ++i) {
    const auto message = questions_.receive();
    if (!message) break;
    work = Work::done;
    const auto question = wire::decode_question(message->bytes);
    if (!question) {
      counters_.not_understood.add();
      say(message->peer, invalid(question.error().message));
    } else if (const auto* watch = std::get_if<wire::Watch>(&question->what)) {
      watchers_.park({message->peer, question->number, watch->after, now.monotonic});
    } else {
      counters_.questions.add();
      say(message->peer, answer(*question, folded_.state, as_of()));
    }
  }
  return work;
}

Work AggregationService::answer_watchers(Now now) {
  const auto due = watchers_.due(folded_.state.changes(), now.monotonic);
  for (const Watcher& watcher : due) {
    const wire::Question question{watcher.number, wire::Watch{watcher.after}};
    say(watcher.peer, answer(question, folded_.state, as_of()));
  }
  counters_.watched.add(static_cast<double>(due.size()));
  return due.empty() ? Work::idle : Work::done;
}

void AggregationService::say(PeerId peer, const wire::Answer& answer) {
  Bytes bytes = wire::encode(answer);
  const Sent sent = questions_.send(peer, bytes);
  if (sent == Sent::sent) return;
  if (sent == Sent::full && unsaid_.size() < limits_.answers_waiting_max) {
    unsaid_.push_back({peer, std::move(bytes)});
  } else {
    counters_.dropped.add();
  }
}

Work AggregationService::say_again() {
  Work work = Work::idle;
  for (std::size_t waiting = unsaid_.size(); waiting > 0; --waiting) {
    Unsaid unsaid = std::move(unsaid_.front());
    unsaid_.pop_front();
    const Sent sent = questions_.send(unsaid.peer, unsaid.bytes);
    if (sent == Sent::sent) work = Work::done;
    if (sent == Sent::gone) counters_.dropped.add();
    if (sent == Sent::full) unsaid_.push_back(std::move(unsaid));
  }
  return work;
}

void AggregationService::keep_snapshot_when_due(Now now) {
  // A digest that the log has not got yet must be made again after a restart.
  if (digests_.untold() > 0) return;
  if (follow_.is_due(folded_.upto, now)) keep_snapshot(now);
}

void AggregationService::keep_snapshot(Now now) {
  follow_.keep(folded_.upto, recorded_at_, now, [this](const runtime::Progress& progress) {
    return to_bytes(progress, folded_.state);
  });
}

wire::Answer AggregationService::invalid(const std::string& why) const {
  const AsOf now = as_of();
  return {.as_of = now.upto,
          .recorded_at = now.recorded_at,
          .head = now.head,
          .what = wire::Invalid{why},
          .edition = now.edition};
}

AsOf AggregationService::as_of() const {
  if (!follow_.id()) return {folded_.upto, recorded_at_, folded_.upto};
  const Position head = follower_.head(*follow_.id());
  const auto& cursor = follower_.cursor(*follow_.id());
  DOORSTEP_ASSERT(cursor.has_value());
  return {.upto = folded_.upto,
          .recorded_at = recorded_at_,
          .head = std::max(head, folded_.upto),
          .edition = {cursor->log, cursor->epoch, Coverage::version}};
}

void AggregationService::show() {
  counters_.position.set(static_cast<double>(number(folded_.upto)));
  counters_.head.set(static_cast<double>(number(as_of().head)));
  counters_.unmatched.set(static_cast<double>(folded_.state.unmatched()));
  counters_.households.set(static_cast<double>(folded_.state.registered().households().size()));
  counters_.watchers.set(static_cast<double>(watchers_.size()));
}

}  // namespace doorstep::aggregation
