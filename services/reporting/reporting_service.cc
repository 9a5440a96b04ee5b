#include "services/reporting/reporting_service.h"

#include <utility>

#include "common/domain/names.h"
#include "common/json/clock_json.h"
#include "common/json/writer.h"
#include "common/runtime/logging.h"
#include "common/wire/event_codec.h"
#include "services/reporting/answers_json.h"

namespace doorstep::reporting {
namespace {

constexpr const char* retry_after_seconds = "1";

// The few kinds of request that are worth telling apart in the metrics.
std::string kind_of(const Asked& asked) {
  if (std::holds_alternative<AskFile>(asked)) return "board";
  if (std::holds_alternative<OpenStream>(asked)) return "stream";
  if (std::holds_alternative<AskHistory>(asked)) return "history";
  if (std::holds_alternative<AskHealth>(asked)) return "health";
  if (std::holds_alternative<AskMetrics>(asked)) return "metrics";
  return "read";
}

// The area whose ancestors an answer names.
AreaCode area_of(const Asked& asked, const wire::Answer& answer) {
  if (const auto* area = std::get_if<wire::AskArea>(&asked)) return area->area;
  const auto* const areas = std::get_if<wire::Areas>(&answer.what);
  if (!std::holds_alternative<wire::AskChildren>(asked) || !areas || areas->areas.empty())
    return {};
  return areas->areas.front().code;  // siblings have the same path
}

decltype(wire::Question::what) question_of(const Asked& asked) {
  decltype(wire::Question::what) question;
  std::visit(
      [&](const auto& what) {
        if constexpr (std::is_constructible_v<decltype(question), decltype(what)>) question = what;
      },
      asked);
  return question;
}

}  // namespace

ReportingService::ReportingService(const ReportingPorts& ports, runtime::Metrics& metrics,
                                   BoardFiles files, const ReportingLimits& limits)
    : http_{ports.http},
      metrics_{metrics},
      files_{std::move(files)},
      limits_{limits},
      has_simulated_clock_{ports.has_simulated_clock},
      counters_{
          .streams = metrics.gauge("doorstep_reporting_streams", "Boards that are open"),
          .areas_watched =
              metrics.gauge("doorstep_reporting_areas_watched", "Areas on open boards"),
          .as_of = metrics.gauge("doorstep_reporting_as_of", "Position that is counted"),
          .head = metrics.gauge("doorstep_reporting_head", "The log's head, as last heard"),
          .frames = metrics.gauge("doorstep_reporting_frames", "Frames sent to boards"),
          .frames_replaced =
              metrics.gauge("doorstep_reporting_frames_replaced",
                            "Frames that a board had not taken when the next one came"),
          .heartbeats = metrics.gauge("doorstep_reporting_heartbeats", "Heartbeats sent to boards"),
      },
      aggregation_{ports.aggregation, limits.questions},
      follower_{ports.log_feed},
      names_{aggregation_},
      histories_{follower_, limits.histories},
      streams_{http_, aggregation_, names_, limits.streams},
      clock_{ports.clock} {
  look_at_first_event();
}

Result<Work> ReportingService::step(Now now) {
  bool worked = aggregation_.step(now) == Work::done;
  if (const auto& heard = aggregation_.heard()) {
    if (heard->edition != freshness_.latest().edition) begin_edition(heard->edition);
    freshness_.counted({heard->as_of, heard->recorded_at, heard->head, heard->edition}, heard->at);
  }
  clock_.look(now, freshness_.latest().recorded_at);
  freshness_.note_clock(clock_.problem(freshness_.latest().recorded_at, now.wall));
  worked = follower_.step(now) == Work::done || worked;
  if (const auto followed = follow_log(); !followed) return std::unexpected{followed.error()};
  worked = histories_.step(now) == Work::done || worked;
  for (const HttpToken token : http_.closed_streams()) streams_.close(token);
  for (std::size_t i = 0; i < limits_.requests_per_step_max; ++i) {
    const auto request = http_.receive();
    if (!request) break;
    answer(*request, now);
    worked = true;
  }
  worked = streams_.step(now, freshness_) == Work::done || worked;
  show_figures();
  return worked ? Work::done : Work::idle;
}

void ReportingService::look_at_first_event() {
  is_demonstration_ = has_simulated_clock_;
  if (first_event_) follower_.forget(*first_event_);
  first_event_ = follower_.follow({.until = Position{1}, .consumer = "reporting"});
}

// What was heard of the log before is about another one, or another epoch of it.
void ReportingService::begin_edition(const wire::Edition& edition) {
  if (freshness_.latest().edition != wire::Edition{}) {
    runtime::log_info("the figures are of another log or epoch now: " + to_text(edition) +
                      "; every board gets a whole new picture");
    look_at_first_event();
  }
  if (head_) follower_.forget(*head_);
  head_.reset();
}

Outcome ReportingService::follow_log() {
  if (first_event_) {
    while (const auto batch = follower_.next(*first_event_)) {
      for (const wire::Record& record : batch->records()) {
        const auto envelope = wire::decode_envelope(record.event);
        const bool is_marked = envelope && record.stamp.position == Position{1} &&
                               envelope->type == EventType::demonstration_marked;
        is_demonstration_ = is_demonstration_ || is_marked;
      }
    }
    if (follower_.ended(*first_event_) || follower_.position(*first_event_) >= Position{1}) {
      follower_.forget(*first_event_);
      first_event_.reset();
    }
  }
  if (!head_ && aggregation_.heard()) {
    // Nothing of what the log holds is wanted, only where its head is.
    head_ = follower_.follow({.from_exclusive = aggregation_.heard()->as_of,
                              .filter = {.types = {EventType::demonstration_marked}},
                              .consumer = "reporting"});
  }
  if (!head_) return {};
  while (follower_.next(*head_)) {
  }
  if (const auto heard = follower_.heard(*head_)) {
    freshness_.heard_log(follower_.head(*head_), *heard);
  }
  if (const auto ended = follower_.ended(*head_)) {
    return failure(ErrorCode::unavailable, "reporting: the log ended the feed: " + ended->message);
  }
  return {};
}

void ReportingService::answer(const HttpRequest& request, Now now) {
  const Asker asker{request.token, edition_of_cursor(request)};
  auto routed = route(request);
  if (const auto* problem = std::get_if<json::Problem>(&routed)) return refuse(asker, *problem);
  const Asked& asked = std::get<Asked>(routed);
  metrics_
      .counter("doorstep_reporting_requests_total", "Requests by kind", {{"kind", kind_of(asked)}})
      .add();
  answer(asker, asked, now);
}

void ReportingService::answer(const Asker& asker, const Asked& asked, Now now) {
  std::visit(overloaded{
                 [&](const AskHistory& history) { read_history(asker, history, now); },
                 [&](const OpenStream& stream) { open_stream(asker, stream, now); },
                 [&](const AskHealth&) { respond(asker, health(now)); },
                 [&](const AskMetrics&) {
                   respond(asker, {.content_type = runtime::Metrics::content_type,
                                   .body = std::make_shared<const std::string>(metrics_.text())});
                 },
                 [&](const AskFile& file) { respond(asker, files_.get(file.path)); },
                 [&](const auto&) { ask_aggregation(asker, asked, now); },
             },
             asked);
}

void ReportingService::ask_aggregation(const Asker& asker, const Asked& asked, Now now) {
  aggregation_.ask(question_of(asked), [this, asker, asked, now](Result<wire::Answer> said) {
    if (!said) return refuse(asker, no_answer(said.error().code));
    names_.learn(*said, now);
    const AreaCode area = area_of(asked, *said);
    names_.need_above(area, now, [this, asker, asked, answer = *std::move(said)] {
      answer_read(asker, asked, answer);
    });
  });
}

void ReportingService::answer_read(const Asker& asker, const Asked& asked,
                                   const wire::Answer& said) {
  const std::string edition = to_text(said.edition);
  if (!asker.takes(edition)) return refuse(asker, cursor_outdated());
  auto body = body_of(asked, said, names_, is_demonstration_);
  if (!body) return refuse(asker, body.error());
  respond_json(asker, edition, said.as_of, *std::move(body));
}

void ReportingService::read_history(const Asker& asker, const AskHistory& asked, Now now) {
  const Counted& latest = freshness_.latest();
  if (latest.head == Position{}) return refuse(asker, no_answer(ErrorCode::unavailable));
  const std::string edition = to_text(latest.edition);
  if (!asker.takes(edition)) return refuse(asker, cursor_outdated());
  histories_.read(asked, latest.edition, latest.head, now,
                  [this, asker, asked, edition](const Result<History>& history) {
                    history_read(asker, asked, edition, history);
                  });
}

void ReportingService::history_read(const Asker& asker, const AskHistory& asked,
                                    const std::string& edition, const Result<History>& history) {
  if (!history) {
    if (history.error().code == ErrorCode::busy) return refuse(asker, no_answer(ErrorCode::busy));
    return refuse(asker, json::not_ready({"事件日志暂时没有答复；请稍后再试",
                                          "The event log does not answer: try again shortly"}));
  }
  if (history->events.empty() && asked.after == Position{}) {
    return refuse(asker, json::not_found({"没有这个住户", "no such household"}));
  }
  respond_json(asker, edition, history->as_of, history_json(asked.household, edition, *history));
}

void ReportingService::open_stream(const Asker& asker, const OpenStream& asked, Now now) {
  if (!streams_.accepts(asked)) {
    return refuse(asker, json::not_ready({"同时打开的看板过多，请稍后再试",
                                          "Too many boards are open: try again shortly"}));
  }
  streams_.open(asker.token, asked, now);
}

HttpResponse ReportingService::health(Now now) const {
  const Condition condition = freshness_.judge(now.monotonic);
  const char* const status = condition == Condition::fresh  ? "ok"
                             : condition == Condition::late ? "late"
                                                            : "starting";
  json::Writer to;
  to.begin_object().field("status", status).field("asOf", freshness_.latest().as_of);
  to.field("head", freshness_.latest().head);
  to.field("edition", to_text(freshness_.latest().edition));
  json::write_clock(to, "clock", freshness_.clock());
  to.end_object();
  HttpResponse response{.status = condition == Condition::fresh ? 200 : 503,
                        .body = std::make_shared<const std::string>(to.take())};
  response.headers["Cache-Control"] = "no-store";
  return response;
}

void ReportingService::respond(const Asker& asker, HttpResponse response) {
  add_security_headers(response);
  if (response.status == 503) response.headers["Retry-After"] = retry_after_seconds;
  http_.respond(asker.token, std::move(response));
}

void ReportingService::respond_json(const Asker& asker, const std::string& edition, Position as_of,
                                    std::string body) {
  HttpResponse response;
  response.headers["ETag"] = etag_of(edition, as_of, body);
  response.headers["Cache-Control"] = "no-cache";
  response.body = std::make_shared<const std::string>(std::move(body));
  respond(asker, std::move(response));
}

void ReportingService::refuse(const Asker& asker, const json::Problem& problem) {
  HttpResponse response{.status = problem.status,
                        .content_type = std::string{json::problem_content_type},
                        .body = std::make_shared<const std::string>(json::to_json(problem))};
  response.headers["Cache-Control"] = "no-store";
  if (problem.status == 405) response.headers["Allow"] = "GET, HEAD";
  respond(asker, std::move(response));
}

void ReportingService::show_figures() {
  const auto set = [](runtime::Gauge& gauge, auto value) { gauge.set(static_cast<double>(value)); };
  set(counters_.streams, streams_.streams());
  set(counters_.areas_watched, streams_.areas());
  set(counters_.as_of, number(freshness_.latest().as_of));
  set(counters_.head, number(freshness_.latest().head));
  set(counters_.frames, streams_.counts().frames);
  set(counters_.frames_replaced, streams_.counts().replaced);
  set(counters_.heartbeats, streams_.counts().heartbeats);
}

}  // namespace doorstep::reporting
