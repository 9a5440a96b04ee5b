#include "services/intake/intake_service.h"

#include <charconv>

#include "services/intake/answers.h"
#include "services/intake/encoding.h"
#include "services/intake/read_command.h"

namespace doorstep::intake {
namespace {

constexpr int requests_per_step_max = 256;
constexpr std::uint64_t row_number_max = 1'000'000'000'000;

// "application/json; charset=utf-8" is application/json.
bool is_content_type(const HttpRequest& request, std::string_view wanted) {
  const auto header = request.headers.find("content-type");
  if (header == request.headers.end()) return false;
  const std::string_view type = header->second;
  return trimmed(type.substr(0, type.find(';'))) == wanted;
}

Work either(Work a, Work b) { return a == Work::done ? a : b; }

HttpResponse refused_query(std::string name, Words detail) {
  return answer_of(
      json::invalid_fields({{"?" + std::move(name), "invalidValue", std::move(detail)}}));
}

// The number in ?firstRow=; nullopt: not one.
std::optional<std::uint64_t> first_row(const HttpRequest& request) {
  const auto given = request.query.find("firstRow");
  if (given == request.query.end()) return 1;
  const std::string& text = given->second;
  std::uint64_t row = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), row);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || row == 0 || row > row_number_max) return std::nullopt;
  return row;
}

}  // namespace

IntakeService::IntakeService(const IntakePorts& ports, runtime::Metrics& metrics,
                             runtime::StateKeeper::Limits snapshots)
    : http_{ports.http},
      metrics_{metrics},
      log_{ports.log_cmd},
      follower_{ports.log_feed},
      view_{{log_, follower_, ports.snapshot, metrics, ports.read_note}, snapshots},
      stored_{follower_},
      writes_{log_, view_, stored_},
      imports_{log_, view_} {}

Result<Work> IntakeService::step(Now now) {
  Work work = log_.step(now);
  work = either(work, follower_.step(now));
  const auto folded = view_.step(now);
  if (!folded) return std::unexpected(folded.error());
  work = either(work, *folded);
  work = either(work, stored_.step(now));
  work = either(work, writes_.step(now));
  work = either(work, imports_.step(now));
  for (int taken = 0; taken < requests_per_step_max; ++taken) {
    if (!log_.accepts() || writes_.pending() >= pending_writes_max) break;
    auto request = http_.receive();
    if (!request) break;
    work = Work::done;
    handle(std::move(*request), now);
  }
  if (draining_ && is_answered() && !is_kept_) {
    view_.keep(now);
    is_kept_ = true;
    work = either(work, follower_.step(now));  // the log learns of it
  }
  return work;
}

void IntakeService::handle(HttpRequest request, Now now) {
  const auto route = route_of(request.path);
  if (!route) {
    respond(request.token, answer_of(json::not_found({"没有此地址", "no such address"})));
    return;
  }
  if (request.method != method_of(*route)) {
    HttpResponse response = answer_of(json::method_not_allowed(method_of(*route)));
    response.headers["Allow"] = method_of(*route);
    respond(request.token, std::move(response));
    return;
  }
  if (const auto* write = std::get_if<WriteRoute>(&*route)) {
    handle_write(*write, request, now);
  } else if (const auto* import = std::get_if<ImportRoute>(&*route)) {
    handle_import(*import, request);
  } else if (std::holds_alternative<HealthRoute>(*route)) {
    const char* status = !view_.is_ready() ? "starting" : view_.is_late(now) ? "late" : "ok";
    respond(request.token, health(status, view_.position(), view_.head()));
  } else {
    measure();
    respond(request.token, {.content_type = runtime::Metrics::content_type,
                            .body = std::make_shared<const std::string>(metrics_.text())});
  }
}

void IntakeService::handle_write(const WriteRoute& route, HttpRequest& request, Now now) {
  if (!is_content_type(request, "application/json")) {
    respond(request.token, answer_of(json::wrong_content_type("application/json")));
    return;
  }
  if (request.body.size() > write_bytes_max) {
    respond(request.token, answer_of(json::too_large(write_bytes_max)));
    return;
  }
  auto command = read_command(route, request.body);
  if (!command) {
    respond(request.token, answer_of(command.error()));
    return;
  }
  if (!view_.is_ready() || draining_) {
    respond(request.token, starting(view_.position(), view_.head()));
    return;
  }
  writes_.start(std::move(*command), now, [this, token = request.token](HttpResponse response) {
    respond(token, std::move(response));
  });
}

void IntakeService::handle_import(const ImportRoute& route, HttpRequest& request) {
  if (!is_content_type(request, "text/csv")) {
    respond(request.token, answer_of(json::wrong_content_type("text/csv")));
    return;
  }
  if (request.body.size() > import_bytes_max) {
    respond(request.token, answer_of(json::too_large(import_bytes_max)));
    return;
  }
  const auto row = first_row(request);
  if (!row) {
    respond(request.token,
            refused_query("firstRow", {"应为从 1 开始的行号", "must be a row number from 1"}));
    return;
  }
  std::optional<Encoding> encoding;
  if (const auto name = request.query.find("encoding"); name != request.query.end()) {
    encoding = parse_encoding(name->second);
    if (!encoding) {
      respond(request.token,
              refused_query("encoding", {"应为 utf-8 或 gb18030", "must be utf-8 or gb18030"}));
      return;
    }
  }
  if (!view_.is_ready() || draining_ || !imports_.accepts()) {
    respond(request.token, view_.is_ready()
                               ? answer_of(wire::Refused{.code = wire::RefusalCode::busy})
                               : starting(view_.position(), view_.head()));
    return;
  }
  auto text = to_utf8(request.body, encoding);
  if (!text) {
    respond(request.token, answer_of(json::invalid_fields({{"", "notText", text.error()}})));
    return;
  }
  imports_.start({.kind = route.kind, .first_row = *row, .text = std::move(*text)},
                 [this, token = request.token](HttpResponse response) {
                   respond(token, std::move(response));
                 });
}

void IntakeService::respond(HttpToken token, HttpResponse response) {
  const int status = response.status;
  metrics_
      .counter("doorstep_intake_answers_total", "Answers by HTTP status",
               {{"status", std::to_string(status)}})
      .add();
  http_.respond(token, std::move(response));
}

void IntakeService::measure() {
  const auto set = [this](const char* name, const char* what, double value) {
    metrics_.gauge(name, what).set(value);
  };
  const auto position = [](Position at) { return static_cast<double>(number(at)); };
  set("doorstep_intake_position", "What intake has seen of the log", position(view_.position()));
  set("doorstep_intake_kept", "Up to where intake's state is on disk", position(view_.kept()));
  set("doorstep_intake_log_head", "The log's head as last heard", position(view_.head()));
  set("doorstep_intake_pending_writes", "Writes that wait for their answer",
      static_cast<double>(writes_.pending()));
  set("doorstep_intake_import_rows_landed", "Rows of import files that landed",
      static_cast<double>(imports_.totals().landed));
  set("doorstep_intake_import_rows_rejected", "Rows of import files that were rejected",
      static_cast<double>(imports_.totals().rejected));
}

}  // namespace doorstep::intake
