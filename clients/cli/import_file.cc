#include "clients/cli/import_file.h"

#include <limits>

#include "common/json/reader.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

std::string text_of(json::ObjectReader& object, std::string_view name) {
  return std::string{object.text(name, json::Need::optional, no_limit).value_or("")};
}

std::uint64_t count_of(json::ObjectReader& object, std::string_view name, json::Need need) {
  return static_cast<std::uint64_t>(object.whole(name, need, 0, number_max).value_or(0));
}

ImportCounts counts_of(json::ObjectReader& object) {
  return {.rows = count_of(object, "rows", json::Need::required),
          .landed = count_of(object, "landed", json::Need::required),
          .unchanged = count_of(object, "unchanged", json::Need::required),
          .rejected = count_of(object, "rejected", json::Need::required)};
}

RowError row_error(json::ObjectReader object) {
  RowError error{.row = count_of(object, "row", json::Need::optional),
                 .column = text_of(object, "column"),
                 .code = text_of(object, "code"),
                 .value = text_of(object, "value")};
  if (auto detail = object.object("detail", json::Need::optional)) {
    error.zh = text_of(*detail, "zh");
    error.en = text_of(*detail, "en");
  }
  return error;
}

// What `read` takes from intake's answer.
template <class What, class Read>
Result<What> read_answer(const std::string& body, Read read) {
  const auto document = json::Document::parse(body, json::Origin::own);
  if (!document) return std::unexpected(document.error());
  std::vector<json::FieldProblem> problems;
  auto object = document->object(problems);
  if (!object) return failure(ErrorCode::unavailable, "intake's answer is no object");
  What what = read(*object);
  if (problems.empty()) return what;
  return failure(ErrorCode::unavailable,
                 "intake's answer makes no sense at " + problems.front().pointer);
}

Result<ImportReport> read_report(const std::string& body) {
  return read_answer<ImportReport>(body, [&](json::ObjectReader& object) {
    ImportReport report{.counts = counts_of(object),
                        .title_rows = count_of(object, "titleRows", json::Need::optional),
                        .encoding = text_of(object, "encoding"),
                        .json = body};
    if (auto errors = object.objects("errors", json::Need::optional, no_limit)) {
      for (json::ObjectReader& error : *errors) {
        report.errors.push_back(row_error(std::move(error)));
      }
    }
    return report;
  });
}

struct UnderWay {
  std::string import{};
  ImportProgress progress{};
};

Result<UnderWay> read_progress(const std::string& body) {
  return read_answer<UnderWay>(body, [](json::ObjectReader& object) {
    return UnderWay{.import = text_of(object, "import"),
                    .progress = {.state = text_of(object, "state"),
                                 .rows_read = count_of(object, "rowsRead", json::Need::optional),
                                 .counts = counts_of(object)}};
  });
}

std::string path_of(const ListToImport& list) {
  std::string path = "/v1/imports/" + list.what + "?returned=" + (list.returned ? "true" : "false");
  path += std::string{"&keysAreNew="} + (list.keys_are_new ? "true" : "false");
  if (!list.encoding.empty()) path += "&encoding=" + list.encoding;
  return path;
}

}  // namespace

Result<ImportReport> import_list(IntakeClient& intake, const ListToImport& list,
                                 const ImportPause& pause) {
  ImportProgress progress{};
  std::string import;  // empty: the list is not with intake
  for (;;) {
    const auto answer = import.empty() ? intake.post_csv(path_of(list), list.bytes)
                                       : intake.get("/v1/imports/" + import);
    if (!answer) {
      const Error& error = answer.error();
      // Intake that was started again knows nothing of the list; rows that landed count as
      // unchanged.
      if (error.code == ErrorCode::not_found && !import.empty())
        import.clear();
      else if (error.code != ErrorCode::unavailable && error.code != ErrorCode::busy)
        return std::unexpected(error);
      if (!pause(progress, &error)) return std::unexpected(error);
      continue;
    }
    if (answer->status != 202) return read_report(answer->body);
    auto under_way = read_progress(answer->body);
    if (!under_way) return std::unexpected(under_way.error());
    import = std::move(under_way->import);
    progress = std::move(under_way->progress);
    if (!pause(progress, nullptr)) {
      return failure(ErrorCode::unavailable,
                     "not waited for any longer; intake goes on with the list, and it can be "
                     "imported again");
    }
  }
}

}  // namespace doorstep::cli
