#include "services/intake/answers.h"

#include <algorithm>

#include "common/json/clock_json.h"
#include "common/json/edition.h"
#include "common/json/writer.h"

namespace doorstep::intake {
namespace {

HttpResponse json_answer(int status, std::string body) {
  return {.status = status, .body = std::make_shared<const std::string>(std::move(body))};
}

void write_counts(json::Writer& to, const ImportReport& report) {
  to.field("rows", report.rows).field("landed", report.landed);
  to.field("unchanged", report.unchanged).field("rejected", report.rejected);
}

HttpResponse later(Words why) {
  HttpResponse response = answer_of(json::not_ready(std::move(why)));
  response.headers["Retry-After"] = retry_after_seconds;
  return response;
}

}  // namespace

HttpResponse recorded(EventId id, Position position, bool duplicate) {
  json::Writer to;
  to.begin_object().field("id", id).field("position", position).field("duplicate", duplicate);
  return json_answer(200, to.end_object().take());
}

HttpResponse answer_of(const json::Problem& problem) {
  HttpResponse response = json_answer(problem.status, json::to_json(problem));
  response.content_type = json::problem_content_type;
  return response;
}

HttpResponse answer_of(const Refusal& refusal) {
  switch (refusal.kind) {
    case Refusal::Kind::not_found:
      return answer_of(json::not_found(refusal.title));
    case Refusal::Kind::conflict:
      return answer_of(json::conflict(refusal.title));
    case Refusal::Kind::fields:
      break;
  }
  return answer_of(json::invalid_fields(refusal.problems));
}

HttpResponse answer_of(const wire::Refused& refused) {
  switch (refused.code) {
    case wire::RefusalCode::no_answer:
      return later({"记录库没有及时答复，不知是否已收下；请原样重发，不会重复",
                    "the log did not answer in time, and may have it: send the same again, nothing "
                    "lands twice"});
    case wire::RefusalCode::busy:
    case wire::RefusalCode::draining:
      return later({"系统繁忙，请稍后原样重发", "busy: send the same again later"});
    case wire::RefusalCode::denied:
      return answer_of(json::Problem{
          .status = 500,
          .code = "denied",
          .title = {
              "记录库不允许 intake 写入此类记录；请管理员检查授权文件",
              "the log does not let intake append this: an operator must check the keys' rights"}});
    default:
      return answer_of(json::Problem{
          .status = 500,
          .code = "logRefused",
          .title = {"记录库拒绝写入：" + refused.message, "the log refused: " + refused.message}});
  }
}

HttpResponse answer_of(const ImportReport& report) {
  json::Writer to;
  write_counts(to.begin_object(), report);
  to.field("encoding", name_of(report.encoding)).field("titleRows", report.title_rows);
  to.key("errors").begin_array();
  for (const RejectedRow& error : report.errors) {
    to.begin_object().field("row", error.row).field("column", error.problem.column);
    to.field("code", error.problem.code).field("value", error.problem.value);
    to.key("detail").begin_object().field("zh", error.problem.detail.zh);
    to.field("en", error.problem.detail.en).end_object().end_object();
  }
  return json_answer(200, to.end_array().end_object().take());
}

HttpResponse under_way(Uuid import, const ImportRun* run) {
  const char* state = !run                                        ? "waiting"
                      : run->phase() == ImportRun::Phase::reading ? "reading"
                                                                  : "landing";
  json::Writer to;
  to.begin_object().field("import", import).field("state", state);
  to.field("rowsRead", run ? run->rows_seen() : 0);
  write_counts(to, run ? run->report() : ImportReport{});
  HttpResponse response = json_answer(202, to.end_object().take());
  response.headers["Location"] = "/v1/imports/" + to_string(import);
  response.headers["Cache-Control"] = "no-store";
  response.headers["Retry-After"] = retry_after_seconds;
  return response;
}

HttpResponse id_used_otherwise() {
  return answer_of(json::conflict({"此编号已用于另一条内容不同的记录；请用新的编号提交",
                                   "this id was used for something else: send it under a new id"}));
}

HttpResponse visit_is_gone() {
  return answer_of(json::conflict({"这条走访记录所在日期已封存，不能再撤回",
                                   "this visit is of a day that is sealed and no longer in the "
                                   "log: it cannot be retracted any more"}));
}

HttpResponse starting(Position position, Position head) {
  const std::string done = std::to_string(number(position)) + "/" + std::to_string(number(head));
  return later({"正在启动，读取记录 " + done + "；请稍后重发",
                "starting, reading the log: " + done + "; send it again later"});
}

HttpResponse health(std::string status, Position position, Position head,
                    const wire::Edition& edition, const std::optional<ClockProblem>& clock) {
  const bool is_ok = status == "ok";
  json::Writer to;
  to.begin_object().field("status", status).field("asOf", position).field("head", head);
  to.field("edition", json::history_text(edition));
  json::write_clock(to, "clock", clock);
  HttpResponse response = json_answer(is_ok ? 200 : 503, to.end_object().take());
  if (!is_ok) response.headers["Retry-After"] = retry_after_seconds;
  return response;
}

}  // namespace doorstep::intake
