#include "services/intake/decide_duty.h"

#include "services/intake/checks.h"
#include "services/intake/statement.h"

namespace doorstep::intake {
namespace {

template <class Duty, class Body>
Event event_of_duty(const Duty& duty, Body body, AreaCode home) {
  return event_of(
      {.id = duty.id, .happened_at = duty.happened_at, .actor = ActorId{duty.worker.value}},
      stream_of(duty.worker), home, Purpose::duty, body);
}

template <class Duty, class Body>
Decision decide_duty(const Duty& duty, Body body, const Known& known, Instant now) {
  const Worker* worker = known.roster().worker(duty.worker);
  if (worker == nullptr) return not_found({"没有此工作人员", "no such worker"});
  Checks checks{known, now};
  checks.own_id(duty.id);
  checks.time("/happenedAt", duty.happened_at);
  if (!checks.passed()) return refused(checks.take());
  return std::vector{event_of_duty(duty, body, worker->home)};
}

template <class Duty, class Body>
bool repeats_duty(const Duty& duty, Body body, std::span<const Event> stored) {
  return stored.size() == 1 && event_of_duty(duty, body, stored[0].envelope.area) == stored[0];
}

Event event_of_release(const ReleaseResponsibility& release, HouseholdId household, StreamId stream,
                       AreaCode area) {
  return event_of({.id = release.id, .happened_at = release.happened_at}, stream, area,
                  Purpose::organisation,
                  ResponsibilityReleased{.responsibility = release.responsibility,
                                         .household = household,
                                         .at = release.happened_at,
                                         .reason = release.reason});
}

}  // namespace

Decision decide(const ReportIn& report, const Known& known, Instant now) {
  return decide_duty(report, WorkerReportedIn{report.worker}, known, now);
}

Decision decide(const StandDown& stand_down, const Known& known, Instant now) {
  return decide_duty(stand_down, WorkerStoodDown{stand_down.worker}, known, now);
}

Decision decide(const ReleaseResponsibility& release, const Known& known, Instant now) {
  const Responsibility* held = known.roster().responsibility(release.responsibility);
  if (held == nullptr) return not_found({"没有此项责任", "no such responsibility"});
  Checks checks{known, now};
  checks.own_id(release.id);
  checks.time("/happenedAt", release.happened_at);
  if (!checks.passed()) return refused(checks.take());
  if (held->released)
    return conflict({"此项责任已解除", "this responsibility was released before"});
  const StreamId stream =
      held->household.is_nil() ? stream_of(held->area) : stream_of(held->household);
  return std::vector{event_of_release(release, held->household, stream, held->area)};
}

bool repeats(const ReportIn& report, std::span<const Event> stored) {
  return repeats_duty(report, WorkerReportedIn{report.worker}, stored);
}

bool repeats(const StandDown& stand_down, std::span<const Event> stored) {
  return repeats_duty(stand_down, WorkerStoodDown{stand_down.worker}, stored);
}

bool repeats(const ReleaseResponsibility& release, std::span<const Event> stored) {
  if (stored.size() != 1) return false;
  const auto* body = std::get_if<ResponsibilityReleased>(&stored[0].body);
  return body != nullptr && event_of_release(release, body->household, stored[0].envelope.stream,
                                             stored[0].envelope.area) == stored[0];
}

}  // namespace doorstep::intake
