#include "services/assignment/assignment_service.h"

#include <algorithm>
#include <utility>

#include "common/wire/event_codec.h"

namespace doorstep::assignment {
namespace {

constexpr Milliseconds pause_min{50};

// Refusals that the same request meets again, however often it is sent.
bool is_for_an_operator(wire::RefusalCode code) {
  return code == wire::RefusalCode::invalid || code == wire::RefusalCode::too_large ||
         code == wire::RefusalCode::denied || code == wire::RefusalCode::damaged;
}

}  // namespace

AssignmentService::AssignmentService(const AssignmentPorts& ports, runtime::Metrics& metrics,
                                     AssignmentLimits limits)
    : limits_{limits},
      counters_{
          .opened = metrics.counter("doorstep_assignment_events_total", "Events stated, by type",
                                    {{"type", "taskOpened"}}),
          .given = metrics.counter("doorstep_assignment_events_total", "Events stated, by type",
                                   {{"type", "taskGiven"}}),
          .done = metrics.counter("doorstep_assignment_events_total", "Events stated, by type",
                                  {{"type", "taskDone"}}),
          .cancelled = metrics.counter("doorstep_assignment_events_total", "Events stated, by type",
                                       {{"type", "taskCancelled"}}),
          .already_decided =
              metrics.counter("doorstep_assignment_already_decided_total",
                              "Events whose id the log had already: the log's version stands"),
          .sent_again = metrics.counter("doorstep_assignment_sent_again_total",
                                        "Events decided again after the log was busy or silent"),
          .position = metrics.gauge("doorstep_assignment_position", "Folded up to this position"),
          .head = metrics.gauge("doorstep_assignment_head", "The log's head, as last heard"),
          .waiting = metrics.gauge("doorstep_assignment_households_waiting",
                                   "Households with a task that no one answers for"),
          .on_their_way = metrics.gauge("doorstep_assignment_events_on_their_way",
                                        "Events sent to the log that have not come back yet"),
      },
      log_{ports.log_cmd, runtime::LogClient::Limits{.in_flight_max = limits.in_flight_max}},
      follower_{ports.log_feed},
      follow_{{log_, follower_, ports.snapshot, metrics, ports.read_note},
              {.names = {"assignment", "snapshots/assignment"}, .limits = limits.snapshots}} {}

Result<Work> AssignmentService::step(Now now) {
  monotonic_ = now.monotonic;
  bool worked = log_.step(now) == Work::done;
  if (follow_.begin([this](BytesView snapshot) { return take_up(snapshot); })) {
    worked = follower_.step(now) == Work::done || worked;
    const auto followed = follow();
    if (!followed) return std::unexpected{followed.error()};
    worked = *followed == Work::done || worked;
    if (follower_.is_level(*follow_.id()) && !draining_ && now.monotonic >= paused_until_) {
      worked = plan(now) == Work::done || worked;
    }
    if (follow_.is_due(position_, now)) keep_snapshot(now);
  }
  if (draining_ && log_.in_flight() == 0 && !is_kept_) {
    keep_snapshot(now);
    is_kept_ = true;
    worked = follower_.step(now) == Work::done || worked;  // the log learns of it
  }
  if (stopped_by_) return std::unexpected{*stopped_by_};
  show();
  return worked ? Work::done : Work::idle;
}

void AssignmentService::show() {
  const Position head = follow_.id() ? follower_.head(*follow_.id()) : Position{};
  counters_.position.set(static_cast<double>(number(position_)));
  counters_.head.set(static_cast<double>(number(head)));
  counters_.waiting.set(static_cast<double>(backlog_.waiting()));
  counters_.on_their_way.set(static_cast<double>(on_their_way_.size()));
}

bool AssignmentService::settled() const {
  return follow_.id() && follower_.is_level(*follow_.id()) && nothing_left_ &&
         on_their_way_.empty() && log_.in_flight() == 0;
}

std::optional<runtime::Progress> AssignmentService::take_up(BytesView snapshot) {
  auto kept = snapshot_from(snapshot);
  if (!kept) return std::nullopt;
  folded_ = std::move(kept->state);
  position_ = kept->progress.cursor.position;
  recorded_at_ = kept->progress.recorded_at;
  backlog_.add_all(folded_.registered);
  return std::move(kept->progress);
}

void AssignmentService::keep_snapshot(Now now) {
  follow_.keep(position_, recorded_at_, now,
               [this](const runtime::Progress& progress) { return to_bytes(progress, folded_); });
}

Result<Work> AssignmentService::follow() {
  Work work = Work::idle;
  for (std::size_t i = 0; i < limits_.batches_per_step_max; ++i) {
    const auto batch = follower_.next(*follow_.id());
    if (!batch) break;
    work = Work::done;
    nothing_left_ = false;
    if (const auto folded = fold(batch->records()); !folded) {
      return std::unexpected{folded.error()};
    }
    position_ = batch->to_inclusive;
  }
  if (const auto ended = follower_.ended(*follow_.id())) {
    return std::unexpected{follow_.feed_ended(position_, *ended)};
  }
  return work;
}

Outcome AssignmentService::fold(std::span<const wire::Record> records) {
  for (const wire::Record& record : records) {
    auto event = wire::decode_event(record.event);
    if (!event) {
      return failure(ErrorCode::damaged, "assignment: event at position " +
                                             std::to_string(number(record.stamp.position)) +
                                             " cannot be read: " + event.error().message);
    }
    const Recorded recorded{record.stamp, *std::move(event)};
    folded_.evolve(recorded);
    recorded_at_ = recorded.stamp.recorded_at;
    backlog_.note(recorded, folded_.registered);
    came_back(recorded.event.envelope.id, false);
  }
  return {};
}

Work AssignmentService::plan(Now now) {
  Work work = Work::idle;
  for (std::size_t looks = 0; looks < limits_.looks_per_step_max; ++looks) {
    if (!log_.accepts() || on_their_way_.size() >= limits_.in_flight_max) return work;
    const auto household = backlog_.take(folded_.registered);
    nothing_left_ = !household;
    if (!household) return work;
    look_at(*household, now);
    work = Work::done;
  }
  return work;
}

void AssignmentService::look_at(HouseholdIndex index, Now now) {
  if (const auto busy = busy_.find(index); busy != busy_.end()) {
    on_their_way_.at(busy->second).look_again = true;
    return;
  }
  const Known known{folded_.registered, folded_.tasks, folded_.attempts, pending_};
  const auto event = next_event(known, index, now.wall);
  const Household& household = folded_.registered.household(index);
  backlog_.set_waiting(index, !event && waits_for_someone(folded_.tasks, household.id),
                       household.area);
  if (event) append(*event, index);
}

void AssignmentService::append(const Event& event, HouseholdIndex household) {
  const EventId id = event.envelope.id;
  OnItsWay sent{.household = household};
  if (const auto* given = std::get_if<TaskGiven>(&event.body)) {
    sent.given_to = given->to;
    ++pending_[given->to];
  }
  on_their_way_.emplace(id, sent);
  busy_.emplace(household, id);
  wire::Append request{.append_id = {id.value}};
  request.events.push_back(wire::encode_event(event));
  log_.append(request, [this, id, type = event.envelope.type](const auto& answer) {
    if (answer && !answer->duplicate) count(type);
    answered(id, answer);
  });
}

void AssignmentService::answered(EventId id,
                                 const std::expected<wire::Appended, wire::Refused>& answer) {
  if (!answer) return refused(id, answer.error());
  if (!answer->duplicate) return;  // it comes back through the feed
  counters_.already_decided.add();
  // Where the feed has shown it already, it did not change what is decided: saying it again would
  // not either, until something else happens to the household.
  if (answer->first <= position_) came_back(id, false);
}

void AssignmentService::refused(EventId id, const wire::Refused& why) {
  if (why.code == wire::RefusalCode::id_conflict) {
    // Decided before, at another time of day: the log wins, and the feed brings or brought it.
    counters_.already_decided.add();
    return came_back(id, false);
  }
  if (is_for_an_operator(why.code)) {
    stopped_by_ =
        Error{ErrorCode::denied, "assignment: the log refuses a task event: " + why.message};
    return;
  }
  counters_.sent_again.add();
  const Milliseconds pause{std::max<std::int64_t>(why.retry_after_ms, pause_min.count())};
  paused_until_ = std::max(paused_until_, monotonic_ + pause);
  came_back(id, true);
}

void AssignmentService::came_back(EventId id, bool look_again) {
  const auto found = on_their_way_.find(id);
  if (found == on_their_way_.end()) return;
  const OnItsWay sent = found->second;
  on_their_way_.erase(found);
  busy_.erase(sent.household);
  if (!sent.given_to.is_nil()) {
    const auto load = pending_.find(sent.given_to);
    if (--load->second == 0) pending_.erase(load);
  }
  if (look_again || sent.look_again) backlog_.add(sent.household);
  nothing_left_ = false;
}

void AssignmentService::count(EventType type) {
  if (type == EventType::task_opened) counters_.opened.add();
  if (type == EventType::task_given) counters_.given.add();
  if (type == EventType::task_done) counters_.done.add();
  if (type == EventType::task_cancelled) counters_.cancelled.add();
}

}  // namespace doorstep::assignment
