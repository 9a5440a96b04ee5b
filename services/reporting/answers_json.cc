#include "services/reporting/answers_json.h"

#include "common/domain/names.h"
#include "common/json/coverage_json.h"
#include "common/json/writer.h"
#include "services/reporting/edition.h"

namespace doorstep::reporting {
namespace {

using Body = std::expected<std::string, json::Problem>;

json::Words no_such(const Asked& asked, const std::string& message) {
  if (message.find("round") != std::string::npos) {
    return {"没有这个轮次；轮次列表见 /v1/rounds", "no such round; /v1/rounds lists them"};
  }
  if (std::holds_alternative<wire::AskHousehold>(asked)) {
    return {"没有这个住户", "no such household"};
  }
  return {"没有这个区划；请先导入区划", "no such area; import areas first"};
}

json::Problem cannot_be_read(const std::string& what) {
  return {
      .status = 502,
      .code = "unexpectedAnswer",
      .title = {"汇总服务的答复无法理解：" + what, "Aggregation's answer makes no sense: " + what}};
}

// What every answer begins with.
void begin(json::Writer& to, const wire::Answer& answer) {
  to.begin_object().field("asOf", answer.as_of).field("edition", to_text(answer.edition));
}

// The cursor of the next page, null on the last one.
template <class Cursor>
void write_next(json::Writer& to, const Cursor& next, const wire::Answer& answer) {
  to.key("next");
  if (next == Cursor{}) {
    to.null();
  } else if constexpr (std::is_integral_v<Cursor>) {
    to.value(to_text(to_text(answer.edition), std::to_string(next)));
  } else {
    to.value(to_text(to_text(answer.edition), to_string(next)));
  }
}

std::string areas_body(const wire::Areas& areas, const wire::Answer& answer,
                       const AreaNames& names) {
  json::Writer to;
  begin(to, answer);
  to.key("areas").begin_array();
  for (const wire::AreaView& area : areas.areas) {
    json::write_area(to, area, names.path_to(area.code), json::as_of(answer));
  }
  return to.end_array().end_object().take();
}

std::string households_body(const wire::HouseholdPage& page, const wire::Answer& answer) {
  json::Writer to;
  begin(to, answer);
  to.key("households").begin_array();
  for (const wire::HouseholdView& one : page.households) json::write_household(to, one);
  to.end_array();
  write_next(to, page.next, answer);
  return to.end_object().take();
}

std::string household_body(const wire::HouseholdView& household, const wire::Answer& answer) {
  json::Writer to;
  begin(to, answer);
  to.key("household");
  json::write_household(to, household);
  return to.end_object().take();
}

std::string tasks_body(const wire::TaskPage& page, const wire::Answer& answer) {
  static const json::Words no_one{"无人负责该户", "no one answers for this household"};
  json::Writer to;
  begin(to, answer);
  to.key("counts").begin_object();
  for (const auto& [state, word] : names(TaskState{})) {
    to.field(word, page.counts[static_cast<std::size_t>(state)]);
  }
  to.end_object().key("tasks").begin_array();
  for (const Task& task : page.tasks) {
    const bool waits = task.state == TaskState::open;
    json::write_task(to, task, waits ? std::optional{no_one} : std::nullopt);
  }
  to.end_array();
  write_next(to, page.next, answer);
  return to.end_object().take();
}

std::string rounds_body(const wire::Rounds& rounds, const wire::Answer& answer,
                        bool is_demonstration) {
  json::Writer to;
  begin(to, answer);
  if (is_demonstration) to.field("demonstration", true);
  to.key("rounds").begin_array();
  for (std::size_t i = 0; i < rounds.rounds.size(); ++i) {
    json::write_round(to, rounds.rounds[i], i == 0);  // the current one comes first
  }
  return to.end_array().end_object().take();
}

Body found(const Asked& asked, const wire::Answer& answer, const AreaNames& names,
           bool is_demonstration) {
  if (const auto* areas = std::get_if<wire::Areas>(&answer.what)) {
    if (!std::holds_alternative<wire::AskArea>(asked)) return areas_body(*areas, answer, names);
    if (areas->areas.size() != 1) return std::unexpected{cannot_be_read("areas")};
    json::AsOf as_of = json::as_of(answer);
    as_of.edition = to_text(answer.edition);
    return area_json(areas->areas.front(), names, as_of);
  }
  if (const auto* page = std::get_if<wire::HouseholdPage>(&answer.what)) {
    if (!std::holds_alternative<wire::AskHousehold>(asked)) return households_body(*page, answer);
    if (page->households.size() != 1) return std::unexpected{cannot_be_read("households")};
    return household_body(page->households.front(), answer);
  }
  if (const auto* page = std::get_if<wire::TaskPage>(&answer.what)) {
    return tasks_body(*page, answer);
  }
  if (const auto* rounds = std::get_if<wire::Rounds>(&answer.what)) {
    return rounds_body(*rounds, answer, is_demonstration);
  }
  return std::unexpected{cannot_be_read("kind")};
}

}  // namespace

std::string area_json(const wire::AreaView& area, const AreaNames& names, const json::AsOf& as_of) {
  json::Writer to;
  json::write_area(to, area, names.path_to(area.code), as_of);
  return to.take();
}

Body body_of(const Asked& asked, const wire::Answer& answer, const AreaNames& names,
             bool is_demonstration) {
  if (const auto* missing = std::get_if<wire::NotFound>(&answer.what)) {
    return std::unexpected{json::not_found(no_such(asked, missing->message))};
  }
  if (const auto* invalid = std::get_if<wire::Invalid>(&answer.what)) {
    return std::unexpected{json::Problem{.status = 422,
                                         .code = "invalidParameter",
                                         .title = {"请求参数有误：" + invalid->message,
                                                   "A parameter is wrong: " + invalid->message}}};
  }
  return found(asked, answer, names, is_demonstration);
}

std::string history_json(HouseholdId household, const std::string& edition,
                         const History& history) {
  json::Writer to;
  to.begin_object().field("asOf", history.as_of).field("edition", edition);
  to.field("household", household).key("events").begin_array();
  for (const std::string& event : history.events) to.raw(event);
  to.end_array().key("next");
  if (history.next == Position{}) {
    to.null();
  } else {
    to.value(to_text(edition, std::to_string(number(history.next))));
  }
  return to.end_object().take();
}

json::Problem cursor_outdated() {
  return {.status = 410,
          .code = "cursorOutdated",
          .title = {"记录库已恢复、更换或系统已升级，此页码不再有效；请从第一页重新开始",
                    "The log was restored or replaced, or the system was upgraded: this cursor "
                    "holds no longer; begin again from the first page"}};
}

json::Problem no_answer(ErrorCode why) {
  if (why == ErrorCode::busy) {
    return json::not_ready(
        {"请求过多，请稍后再试", "Too many requests at once: try again shortly"});
  }
  return json::not_ready(
      {"汇总服务暂时没有答复，可能正在启动；请稍后再试",
       "Aggregation does not answer yet, it may be starting: try again shortly"});
}

}  // namespace doorstep::reporting
