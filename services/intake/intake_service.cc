#include "services/intake/intake_service.h"

#include <expected>

#include "common/seam/http_text.h"
#include "services/intake/answers.h"
#include "services/intake/read_command.h"

namespace doorstep::intake {
namespace {

constexpr int requests_per_step_max = 256;

bool is_content_type(const HttpRequest& request, std::string_view wanted) {
  return request.content_type && request.content_type->name == wanted;
}

// The problem with what the body is said to be; nullopt: it is JSON, which is UTF-8.
std::optional<json::Problem> not_typed_json(const HttpRequest& request) {
  if (!is_content_type(request, "application/json")) {
    return json::wrong_content_type("application/json");
  }
  const std::string charset = request.content_type->charset();
  if (charset.empty() || charset == "utf-8") return std::nullopt;
  return json::wrong_charset(charset, "utf-8");
}

Work either(Work a, Work b) { return a == Work::done ? a : b; }

json::Problem wrong_query(std::string name, Words detail) {
  return json::invalid_fields({{"?" + std::move(name), "invalidValue", std::move(detail)}});
}

// ?name=true or false; nullopt: something else.
std::optional<bool> flag(const HttpRequest& request, const std::string& name) {
  const auto given = request.query.find(name);
  if (given == request.query.end() || given->second == "false") return false;
  if (given->second == "true") return true;
  return std::nullopt;
}

HttpResponse not_a_flag(const std::string& name) {
  return answer_of(wrong_query(name, {"应为 true 或 false", "must be true or false"}));
}

// How the list is written, as its address or its content type says; the file shows it where neither
// does.
std::expected<std::optional<Encoding>, json::Problem> encoding_of(const HttpRequest& request) {
  const std::string charset = request.content_type->charset();
  const auto typed = parse_encoding(charset);
  if (!charset.empty() && !typed) {
    return std::unexpected(json::wrong_charset(charset, "utf-8/gb18030"));
  }
  const auto name = request.query.find("encoding");
  if (name == request.query.end()) return typed;
  const auto asked = parse_encoding(name->second);
  if (!asked) {
    return std::unexpected(
        wrong_query("encoding", {"应为 utf-8 或 gb18030", "must be utf-8 or gb18030"}));
  }
  if (typed && *typed != *asked) {
    return std::unexpected(wrong_query(
        "encoding", {"与 Content-Type 中的 charset“" + charset + "”不一致；请只写一个",
                     "contradicts the charset \"" + charset + "\" of the content type: give one"}));
  }
  return asked;
}

// RFC 7240: the client does not want to wait.
bool prefers_later(const HttpRequest& request) {
  const auto prefer = request.headers.find("prefer");
  return prefer != request.headers.end() && http_text::lists(prefer->second, "respond-async");
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
      imports_{log_, view_},
      clock_{ports.clock} {}

Result<Work> IntakeService::step(Now now) {
  clock_.look(now, view_.recorded_at());
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
  if (!takes(*route, request.method)) {
    HttpResponse response = answer_of(json::method_not_allowed(methods_of(*route)));
    response.headers["Allow"] = methods_of(*route);
    respond(request.token, std::move(response));
    return;
  }
  if (const auto* write = std::get_if<WriteRoute>(&*route)) {
    handle_write(*write, request, now);
  } else if (const auto* import = std::get_if<ImportRoute>(&*route)) {
    handle_import(*import, request, now);
  } else if (const auto* answer = std::get_if<ImportAnswerRoute>(&*route)) {
    respond(request.token, imports_.answer_of(answer->import)
                               .value_or(answer_of(json::not_found(
                                   {"没有此次导入，或已过去太久；请重新导入，已收下的行不会重复",
                                    "no such import, or one of long ago: import the list again, "
                                    "nothing lands twice"}))));
  } else if (std::holds_alternative<HealthRoute>(*route)) {
    const char* status = !view_.is_ready() ? "starting" : view_.is_late(now) ? "late" : "ok";
    respond(request.token, health(status, view_.position(), view_.head(), view_.edition(),
                                  clock_.problem(view_.recorded_at(), now.wall)));
  } else {
    measure();
    respond(request.token, {.content_type = runtime::Metrics::content_type,
                            .body = std::make_shared<const std::string>(metrics_.text())});
  }
}

void IntakeService::handle_write(const WriteRoute& route, HttpRequest& request, Now now) {
  if (const auto problem = not_typed_json(request)) {
    respond(request.token, answer_of(*problem));
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

void IntakeService::handle_import(const ImportRoute& route, HttpRequest& request, Now now) {
  if (!is_content_type(request, "text/csv")) {
    respond(request.token, answer_of(json::wrong_content_type("text/csv")));
    return;
  }
  if (request.body.size() > import_bytes_max) {
    respond(request.token, answer_of(json::too_large(import_bytes_max)));
    return;
  }
  const auto returned = flag(request, "returned");
  const auto keys_are_new = flag(request, "keysAreNew");
  if (!returned || !keys_are_new) {
    respond(request.token, not_a_flag(!returned ? "returned" : "keysAreNew"));
    return;
  }
  const auto encoding = encoding_of(request);
  if (!encoding) {
    respond(request.token, answer_of(encoding.error()));
    return;
  }
  if (!view_.is_ready() || draining_ || !imports_.accepts(request.body.size())) {
    respond(request.token, view_.is_ready()
                               ? answer_of(wire::Refused{.code = wire::RefusalCode::busy})
                               : starting(view_.position(), view_.head()));
    return;
  }
  ListFile file{.kind = route.kind, .bytes = std::move(request.body), .encoding = *encoding};
  const ListOptions options{.returned = *returned, .keys_are_new = *keys_are_new};
  if (prefers_later(request)) {
    const Uuid import = imports_.start_for_later(std::move(file), options, now);
    respond(request.token, under_way(import, nullptr));
    return;
  }
  imports_.start(std::move(file), options, [this, token = request.token](HttpResponse response) {
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
