#include "clients/cli/intake_client.h"

#include <limits>

#include "common/json/reader.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t text_max = 4096;
constexpr std::size_t errors_max = 1000;
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

// {"zh":…,"en":…}: people at a command line get both.
std::string words(std::optional<json::ObjectReader> words) {
  if (!words) return {};
  std::string text{words->text("en", json::Need::optional, text_max).value_or("")};
  const auto zh = words->text("zh", json::Need::optional, text_max);
  if (zh && !zh->empty()) text += text.empty() ? std::string{*zh} : " / " + std::string{*zh};
  return text;
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
  const auto document = json::Document::parse(body);
  if (!document) return std::nullopt;
  std::vector<json::FieldProblem> problems;
  auto object = document->object(problems);
  if (!object) return std::nullopt;
  const auto id = object->text("id", json::Need::required, 64);
  const auto position = object->whole("position", json::Need::required, 0, number_max);
  if (!id || !position) return std::nullopt;
  return Acknowledged{std::string{*id}, Position{static_cast<std::uint64_t>(*position)},
                      body.find("\"duplicate\":true") != std::string_view::npos};
}

Error error_of_problem(int status, std::string_view body) {
  Error error{code_of_status(status), "intake answered " + std::to_string(status)};
  const auto document = json::Document::parse(body);
  if (!document) return error;
  std::vector<json::FieldProblem> problems;
  auto object = document->object(problems);
  if (!object) return error;
  if (auto title = words(object->object("title", json::Need::optional)); !title.empty()) {
    error.message = std::move(title);
  }
  const auto fields = object->objects("errors", json::Need::optional, errors_max);
  if (!fields) return error;
  for (json::ObjectReader field : *fields) {
    error.message += "\n  ";
    error.message += field.text("pointer", json::Need::optional, text_max).value_or("");
    error.message += ": " + words(field.object("detail", json::Need::optional));
  }
  return error;
}

Result<Acknowledged> IntakeClient::post(const std::string& path, const std::string& body) {
  const auto response = http_.request("POST", path, {{"content-type", "application/json"}}, body);
  if (!response) return std::unexpected(response.error());
  const std::string& text = response->body ? *response->body : std::string{};
  if (response->status / 100 != 2) return std::unexpected(error_of_problem(response->status, text));
  auto acknowledged = read_acknowledgement(text);
  if (!acknowledged)
    return failure(ErrorCode::unavailable, "intake's answer makes no sense: " + text);
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
