#include "clients/cli/intake_client.h"

#include <algorithm>
#include <limits>

#include "common/domain/letter.h"
#include "common/json/reader.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
constexpr std::size_t errors_shown = 100;
constexpr std::size_t foreign_bytes_shown = 2'000;
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

std::string_view text_of(json::ObjectReader& object, std::string_view name) {
  return object.text(name, json::Need::optional, no_limit).value_or("");
}

// {"zh":…,"en":…}: people at a command line get both. On one line, whatever they quote.
std::string words(std::optional<json::ObjectReader> words) {
  if (!words) return {};
  std::string text = visible(text_of(*words, "en"));
  const std::string zh = visible(text_of(*words, "zh"));
  if (!zh.empty()) text += text.empty() ? zh : " / " + zh;
  return text;
}

// Somebody who answers there and is not intake, or an answer that was cut off.
std::string foreign(std::string_view body) {
  if (body.empty()) return {};
  return ": " + visible(body.substr(0, foreign_bytes_shown));
}

ErrorCode code_of_status(int status) {
  switch (status) {
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 413:
      return ErrorCode::too_large;
    case 401:
    case 403:
      return ErrorCode::denied;
    case 429:
      return ErrorCode::busy;
    default:
      return status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid;
  }
}

Result<IntakeClient::Answer> answer_of(const Result<HttpResponse>& response) {
  if (!response) return std::unexpected(response.error());
  IntakeClient::Answer answer{response->status, response->body ? *response->body : std::string{}};
  if (answer.status / 100 == 2) return answer;
  return std::unexpected(error_of_problem(answer.status, answer.body));
}

}  // namespace

IntakeClient::IntakeClient(std::uint16_t port)
    : http_{{.port = port, .answer_timeout = Milliseconds{120'000}}} {}

std::string to_json(const Acknowledged& acknowledged) {
  json::Writer json;
  json.begin_object()
      .field("id", std::string_view{acknowledged.id})
      .field("position", acknowledged.position)
      .field("duplicate", acknowledged.duplicate);
  return json.end_object().take();
}

std::optional<Acknowledged> read_acknowledgement(std::string_view body) {
  const auto document = json::Document::parse(body, json::Origin::own);
  if (!document) return std::nullopt;
  std::vector<json::FieldProblem> problems;
  auto object = document->object(problems);
  if (!object) return std::nullopt;
  const auto id = object->text("id", json::Need::required, no_limit);
  const auto position = object->whole("position", json::Need::required, 0, number_max);
  const auto duplicate = object->truth("duplicate", json::Need::optional);
  if (!problems.empty()) return std::nullopt;
  return Acknowledged{std::string{*id}, Position{static_cast<std::uint64_t>(*position)},
                      duplicate.value_or(false)};
}

Error error_of_problem(int status, std::string_view body) {
  Error error{code_of_status(status), "intake answered " + std::to_string(status)};
  const auto document = json::Document::parse(body, json::Origin::own);
  std::vector<json::FieldProblem> problems;
  auto object = document ? document->object(problems) : std::nullopt;
  if (!object) {
    error.message += foreign(body);
    return error;
  }
  if (auto title = words(object->object("title", json::Need::optional)); !title.empty()) {
    error.message = std::move(title);
  }
  const auto fields = object->objects("errors", json::Need::optional, no_limit);
  if (!fields) return error;
  for (std::size_t i = 0; i < std::min(fields->size(), errors_shown); ++i) {
    json::ObjectReader field = (*fields)[i];
    error.message += "\n  " + visible(text_of(field, "pointer")) + ": " +
                     words(field.object("detail", json::Need::optional));
  }
  if (fields->size() > errors_shown) {
    error.message += "\n  … and " + std::to_string(fields->size() - errors_shown) + " more";
  }
  return error;
}

Result<Acknowledged> IntakeClient::post(const std::string& path, const std::string& body) {
  const auto response = http_.request("POST", path, {{"content-type", "application/json"}}, body);
  if (!response) return std::unexpected(response.error());
  const std::string& text = response->body ? *response->body : std::string{};
  if (response->status / 100 != 2) return std::unexpected(error_of_problem(response->status, text));
  auto acknowledged = read_acknowledgement(text);
  if (!acknowledged) {
    return failure(ErrorCode::unavailable, "intake's answer makes no sense" + foreign(text));
  }
  return std::move(*acknowledged);
}

Result<IntakeClient::Answer> IntakeClient::post_csv(const std::string& path,
                                                    const std::string& csv) {
  return answer_of(http_.request("POST", path,
                                 {{"content-type", "text/csv"}, {"prefer", "respond-async"}}, csv));
}

Result<IntakeClient::Answer> IntakeClient::get(const std::string& path) {
  return answer_of(http_.request("GET", path));
}

}  // namespace doorstep::cli
