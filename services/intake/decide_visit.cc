#include "services/intake/decide_visit.h"

#include <algorithm>

#include "services/intake/checks.h"
#include "services/intake/statement.h"

namespace doorstep::intake {
namespace {

// What the command leaves to intake.
struct Filled {
  RoundId round{};
  AreaCode area{};
  std::int32_t skew_ms{};
};

Event event_of_visit(const RecordVisit& visit, const Filled& filled) {
  const auto workers = visit.done_by.workers();
  WorkerId actor = visit.entered_by;
  if (actor.is_nil() && !workers.empty()) actor = workers.front();
  const Statement statement{.id = visit.id,
                            .happened_at = visit.happened_at.value_or(visit.ended),
                            .actor = ActorId{actor.value},
                            .device = visit.device};
  return event_of(statement, stream_of(visit.household), filled.area, Purpose::screening,
                  VisitRecorded{.visit = VisitId{visit.id.value},
                                .household = visit.household,
                                .round = filled.round,
                                .done_by = visit.done_by,
                                .entered_by = visit.entered_by,
                                .mode = visit.mode,
                                .started = visit.started,
                                .ended = visit.ended,
                                .disposition = visit.disposition,
                                .persons = visit.persons.value_or(PersonCounts{}),
                                .device_skew_ms = filled.skew_ms});
}

Event event_of_retraction(const RetractVisit& retraction, const StoredVisit& of) {
  return event_of(
      {.id = retraction.id, .happened_at = retraction.happened_at, .actor = retraction.actor},
      stream_of(of.household), of.area, Purpose::screening,
      VisitRetracted{.visit = retraction.visit,
                     .household = of.household,
                     .round = of.round,
                     .reason = retraction.reason});
}

// The round that the visit answers to; nil with a problem.
RoundId round_of(const RecordVisit& visit, const Known& known, Checks& checks) {
  if (!visit.round.is_nil()) {
    if (known.roster().round(visit.round) != nullptr) return visit.round;
    checks.add(
        "/round", "unknownRound",
        {"没有此轮次；请更新任务后再提交", "no such round: refresh the rounds and send again"});
    return {};
  }
  const Round* current = known.roster().current_round();
  if (current != nullptr && current->open) return current->id;
  checks.add("/round", "noOpenRound",
             {"目前没有进行中的轮次；请注明轮次", "no round is open now: name the round"});
  return {};
}

// Where the household is; else where the visit says that it was found.
AreaCode area_of(const RecordVisit& visit, const Known& known, Checks& checks) {
  const Household* household = known.household(visit.household);
  const bool is_placed =
      household != nullptr && household->registered && household->area.is_known();
  if (is_placed) return household->area;
  if (!visit.area.is_known()) {
    checks.add("/area", "missing",
               {"此户不在名册上，请填写所在区划",
                "the household is on no list: give the area where it was found"});
    return {};
  }
  checks.area("/area", visit.area, AreaLevel::village);
  return visit.area;
}

void check_workers(const RecordVisit& visit, Checks& checks) {
  const auto workers = visit.done_by.workers();
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const std::string pointer = "/doneBy/" + std::to_string(i);
    const auto before = workers.first(i);
    if (std::ranges::find(before, workers[i]) != before.end()) {
      checks.add(pointer, "duplicate",
                 {"同一人填写了两次，请删除", "the same worker twice: remove one"});
    } else {
      checks.worker(pointer, workers[i]);
    }
  }
  if (workers.empty()) {
    checks.add("/doneBy", "missing", {"请填写走访人", "is missing: say who made the visit"});
  }
  if (!visit.entered_by.is_nil()) checks.worker("/enteredBy", visit.entered_by);
}

void check_times(const RecordVisit& visit, Checks& checks) {
  checks.time("/started", visit.started);
  checks.time("/ended", visit.ended);
  if (visit.happened_at) checks.time("/happenedAt", *visit.happened_at);
  if (visit.ended < visit.started) {
    checks.add("/ended", "contradiction",
               {"结束时间早于开始时间", "is before the start: exchange or mend the times"});
  }
}

// A locked door is met at the door, and whoever answers for the household has answered.
bool can_be(VisitMode mode, Disposition disposition) {
  switch (mode) {
    case VisitMode::proxy:
      return disposition != Disposition::no_answer && disposition != Disposition::not_accessible;
    case VisitMode::phone:
    case VisitMode::video:
      return disposition != Disposition::not_accessible;
    default:
      return true;
  }
}

void check_answer(const RecordVisit& visit, Checks& checks) {
  if (!can_be(visit.mode, visit.disposition)) {
    checks.add(
        "/disposition", "contradiction",
        {"该结果与走访方式不符：他人代答即已有人答复，电话或视频无法得知门进不去",
         "does not go with the mode: a proxy has answered, and a locked gate is met at the door"});
  }
  const Answer answer = answer_of(visit.disposition);
  if (visit.persons) {
    checks.persons(*visit.persons);
  } else if (answer == Answer::screened || answer == Answer::partial) {
    checks.add(
        "/persons", "missing",
        {"已摸或部分完成须填写人数", "is missing: a screened or partial visit counts persons"});
  }
}

// Device clock minus ours at upload; 0 where the device did not say.
std::int32_t skew_of(const RecordVisit& visit, Instant now, Checks& checks) {
  if (!visit.sent_at) return 0;
  const Milliseconds skew = *visit.sent_at - now;
  if (skew > skew_max || skew < -skew_max) {
    checks.add(
        "/sentAt", "clockTooFarOff",
        {"设备时间与服务器相差超过 24 小时；请校准设备时间并核对走访时间",
         "the device's clock is off by more than 24 hours: set it, and check the visit's times"});
    return 0;
  }
  return static_cast<std::int32_t>(skew.count());
}

}  // namespace

Decision decide(const RecordVisit& visit, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(visit.id);
  Filled filled;
  filled.round = round_of(visit, known, checks);
  filled.area = area_of(visit, known, checks);
  check_workers(visit, checks);
  check_times(visit, checks);
  check_answer(visit, checks);
  filled.skew_ms = skew_of(visit, now, checks);
  if (!checks.passed()) return refused(checks.take());
  return std::vector{event_of_visit(visit, filled)};
}

Decision decide(const RetractVisit& retraction, const Known& known, Instant now) {
  if (!retraction.of) {
    return not_found({"没有这条走访记录", "no such visit"});
  }
  Checks checks{known, now};
  checks.own_id(retraction.id);
  checks.time("/happenedAt", retraction.happened_at);
  if (!checks.passed()) return refused(checks.take());
  if (known.is_retracted(retraction.visit)) {
    return conflict({"这条走访记录已撤回", "this visit was retracted before"});
  }
  return std::vector{event_of_retraction(retraction, *retraction.of)};
}

bool repeats(const RecordVisit& visit, std::span<const Event> stored) {
  if (stored.size() != 1) return false;
  const auto* body = std::get_if<VisitRecorded>(&stored[0].body);
  if (body == nullptr) return false;
  const Filled filled{.round = visit.round.is_nil() ? body->round : visit.round,
                      .area = stored[0].envelope.area,
                      .skew_ms = body->device_skew_ms};
  return event_of_visit(visit, filled) == stored[0];
}

bool repeats(const RetractVisit& retraction, std::span<const Event> stored) {
  if (stored.size() != 1) return false;
  const auto* body = std::get_if<VisitRetracted>(&stored[0].body);
  if (body == nullptr) return false;
  return event_of_retraction(retraction, {.household = body->household,
                                          .round = body->round,
                                          .area = stored[0].envelope.area}) == stored[0];
}

}  // namespace doorstep::intake
