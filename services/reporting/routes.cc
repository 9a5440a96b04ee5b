#include "services/reporting/routes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "services/reporting/answers_json.h"
#include "services/reporting/query.h"

namespace doorstep::reporting {
namespace {

using Routed = std::variant<Asked, json::Problem>;

constexpr std::uint32_t page_rows_default = 100;

json::Problem bad_query(std::vector<json::FieldProblem> errors) {
  return {.status = 422,
          .code = "invalidParameter",
          .title = {"请求参数有误", "The request's parameters are wrong"},
          .errors = std::move(errors)};
}

json::Problem no_such_address() {
  return json::not_found({"没有这个地址；接口说明见 docs/http-api.md",
                          "no such address; docs/http-api.md lists what there is"});
}

json::Problem no_such_area(std::string_view text) {
  const std::string code{text};
  return json::not_found({"“" + code + "”不是区划代码；应为 6、9、12、15 或 17 位数字",
                          "\"" + code + "\" is not an area code: 6, 9, 12, 15 or 17 digits"});
}

json::Problem no_such_household(std::string_view text) {
  const std::string id{text};
  return json::not_found({"“" + id + "”不是住户编号；应为 36 个字符的 UUID",
                          "\"" + id + "\" is not a household's id: a UUID of 36 characters"});
}

Routed checked(Query& query, Asked asked) {
  if (auto errors = query.errors(); !errors.empty()) return bad_query(std::move(errors));
  if (query.is_cursor_outdated()) return cursor_outdated();
  return asked;
}

std::uint32_t limit_of(Query& query) {
  return static_cast<std::uint32_t>(
      query.number("limit", 1, wire::page_rows_max, page_rows_default));
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t slash = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return segments;
}

// /v1/areas/{code}, /children, /households
Routed route_area(const std::vector<std::string_view>& segments, Query& query) {
  const bool is_itself = segments.size() == 3;
  const std::string_view part = is_itself ? "" : segments[3];
  if (segments.size() > 4) return no_such_address();
  const auto code = parse_area(segments[2]);
  const bool is_top = segments[2] == "0" && part == "children";
  if (!code && !is_top) return no_such_area(segments[2]);
  const AreaCode area = code.value_or(AreaCode{});
  const auto round = query.id<RoundIdTag>("round");
  if (is_itself) return checked(query, wire::AskArea{.area = area, .round = round});
  if (part == "children") return checked(query, wire::AskChildren{.area = area, .round = round});
  if (part != "households") return no_such_address();
  const auto after = query.cursor_id<HouseholdIdTag>("after");
  const auto limit = limit_of(query);
  return checked(query,
                 wire::AskHouseholds{.area = area, .round = round, .after = after, .limit = limit});
}

// /v1/households/{id}, /events
Routed route_household(const std::vector<std::string_view>& segments, Query& query) {
  const auto id = parse_uuid(segments[2]);
  if (!id || id->is_nil()) return no_such_household(segments[2]);
  const HouseholdId household{*id};
  if (segments.size() == 3) {
    const auto round = query.id<RoundIdTag>("round");
    return checked(query, wire::AskHousehold{.household = household, .round = round});
  }
  if (segments.size() > 4 || segments[3] != "events") return no_such_address();
  const Position after{query.cursor_number("after")};
  const auto limit = limit_of(query);
  return checked(query, AskHistory{.household = household, .after = after, .limit = limit});
}

Routed route_tasks(Query& query) {
  wire::AskTasks asked;
  asked.area = query.area("area");
  asked.state = query.word<TaskState>("state");
  asked.after = query.cursor_number("after");
  asked.limit = limit_of(query);
  return checked(query, asked);
}

Routed route_stream(const HttpRequest& request, Query& query) {
  OpenStream stream;
  stream.areas = query.areas("area", stream_areas_max);
  // Who has seen what we did not say gets everything, which is always right.
  stream.since = parse_seen(query.text("since"));
  // What the browser itself remembers after a break is later than the address it reconnects to.
  const auto last = request.headers.find("last-event-id");
  if (last != request.headers.end()) stream.since = parse_seen(last->second);
  const bool has_areas = query.has("area");
  auto routed = checked(query, stream);
  if (has_areas || std::holds_alternative<json::Problem>(routed)) return routed;
  return bad_query({{.pointer = "?area",
                     .code = "missing",
                     .detail = {"请写明要订阅的区划，例如 ?area=431224",
                                "say which areas to watch, for example ?area=431224"}}});
}

Routed route_v1(const HttpRequest& request, const std::vector<std::string_view>& segments,
                Query& query) {
  const std::string_view what = segments.size() > 1 ? segments[1] : "";
  if (what == "areas" && segments.size() > 2) return route_area(segments, query);
  if (what == "households" && segments.size() > 2) return route_household(segments, query);
  if (segments.size() != 2) return no_such_address();
  if (what == "tasks") return route_tasks(query);
  if (what == "rounds") return checked(query, wire::AskRounds{});
  if (what == "stream") return route_stream(request, query);
  return no_such_address();
}

}  // namespace

std::string edition_of_cursor(const HttpRequest& request) {
  const auto after = request.query.find("after");
  return after == request.query.end() ? std::string{} : parse_place(after->second).edition;
}

Routed route(const HttpRequest& request) {
  if (request.method != "GET") return json::method_not_allowed("GET, HEAD");
  const auto segments = segments_of(request.path);
  Query query{request.query};
  if (!segments.empty() && segments[0] == "v1") return route_v1(request, segments, query);
  if (request.path == "/healthz") return checked(query, AskHealth{});
  if (request.path == "/metrics") return checked(query, AskMetrics{});
  return AskFile{request.path};
}

}  // namespace doorstep::reporting
