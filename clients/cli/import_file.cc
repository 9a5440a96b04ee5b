#include "clients/cli/import_file.h"

#include <limits>

#include "clients/cli/csv_parts.h"
#include "common/json/reader.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t text_max = 64 * 1024;
constexpr std::size_t part_errors_max = 1'000'000;
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

std::string text_of(json::ObjectReader& object, std::string_view name) {
  return std::string{object.text(name, json::Need::optional, text_max).value_or("")};
}

RowError row_error(json::ObjectReader object) {
  RowError error{};
  error.row = static_cast<std::uint64_t>(
      object.whole("row", json::Need::optional, 0, number_max).value_or(0));
  error.column = text_of(object, "column");
  error.code = text_of(object, "code");
  error.value = text_of(object, "value");
  if (auto detail = object.object("detail", json::Need::optional)) {
    error.zh = text_of(*detail, "zh");
    error.en = text_of(*detail, "en");
  }
  return error;
}

// Adds a part's report. The rows that it read.
Result<std::uint64_t> add(ImportReport& report, const std::string& body) {
  const auto document = json::Document::parse(body);
  if (!document) return std::unexpected(document.error());
  std::vector<json::FieldProblem> problems;
  auto object = document->object(problems);
  if (!object) return failure(ErrorCode::unavailable, "intake's report is no object");
  const auto count = [&](std::string_view name) {
    return static_cast<std::uint64_t>(
        object->whole(name, json::Need::required, 0, number_max).value_or(0));
  };
  const std::uint64_t rows = count("rows");
  report.rows += rows;
  report.landed += count("landed");
  report.unchanged += count("unchanged");
  report.rejected += count("rejected");
  if (auto errors = object->objects("errors", json::Need::optional, part_errors_max)) {
    for (json::ObjectReader& error : *errors) {
      if (report.errors.size() < ImportReport::errors_max) {
        report.errors.push_back(row_error(std::move(error)));
      }
    }
  }
  if (!problems.empty()) {
    return failure(ErrorCode::unavailable,
                   "intake's report makes no sense at " + problems.front().pointer);
  }
  return rows;
}

}  // namespace

Result<ImportReport> import_csv(
    IntakeClient& intake, const std::string& what, std::istream& csv,
    const std::function<bool(const ImportReport&, const Error* waits_for)>& progress) {
  ImportReport report{};
  CsvParts parts{csv};
  std::uint64_t first_row = 1;
  for (;;) {
    const auto part = parts.next();
    if (!part) return std::unexpected(part.error());
    if (!*part) return report;
    const std::string path = "/v1/imports/" + what + "?firstRow=" + std::to_string(first_row);
    auto answer = intake.post_csv(path, **part);
    while (!answer) {
      const Error& error = answer.error();
      const bool may_pass = error.code == ErrorCode::unavailable || error.code == ErrorCode::busy;
      if (!may_pass || !progress(report, &error)) return std::unexpected(error);
      answer = intake.post_csv(path, **part);  // rows that landed already count as unchanged
    }
    const auto rows = add(report, *answer);
    if (!rows) return std::unexpected(rows.error());
    first_row += *rows;
    if (!progress(report, nullptr)) {
      return failure(ErrorCode::unavailable, "stopped; what has landed stays");
    }
  }
}

std::string to_json(const ImportReport& report) {
  json::Writer json;
  json.begin_object()
      .field("rows", report.rows)
      .field("landed", report.landed)
      .field("unchanged", report.unchanged)
      .field("rejected", report.rejected);
  json.key("errors").begin_array();
  for (const RowError& error : report.errors) {
    json.begin_object()
        .field("row", error.row)
        .field("column", error.column)
        .field("code", error.code)
        .field("value", error.value);
    json.key("detail").begin_object().field("zh", error.zh).field("en", error.en).end_object();
    json.end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace doorstep::cli
