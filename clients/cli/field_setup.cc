#include "clients/cli/field_setup.h"

#include <poll.h>

#include "clients/cli/field_lists.h"
#include "clients/cli/import_file.h"
#include "common/hash/sha256.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

constexpr int ask_each_ms = 50;

using Say = std::function<void(const std::string&)>;

Outcome import(IntakeClient& intake, const std::string& what, const std::string& csv,
               const Say& say) {
  const auto report = import_list(intake, {.what = what, .encoding = "utf-8", .bytes = csv},
                                  [](const ImportProgress&, const Error* waits_for) {
                                    poll(nullptr, 0, ask_each_ms);
                                    return waits_for == nullptr;
                                  });
  if (!report) return std::unexpected(report.error());
  const ImportCounts& counts = report->counts;
  say(what + ": " + std::to_string(counts.landed) + " landed, " + std::to_string(counts.unchanged) +
      " unchanged, " + std::to_string(counts.rejected) + " rejected");
  if (counts.rejected == 0) return {};
  const RowError first = report->errors.empty() ? RowError{} : report->errors.front();
  return failure(ErrorCode::invalid, what + ", row " + std::to_string(first.row) + ", " +
                                         first.column + " \"" + first.value + "\": " + first.en);
}

Outcome post(IntakeClient& intake, const std::string& path, const std::string& body,
             AckFile* acks) {
  const auto acknowledged = intake.post(path, body);
  if (!acknowledged) return std::unexpected(acknowledged.error());
  if (!acks) return {};
  const std::string line = to_json(*acknowledged);
  const Outcome kept = acks->write(line);
  if (kept) return {};
  return failure(kept.error().code,
                 kept.error().message + "\n  acknowledged, and not in the file: " + line);
}

}  // namespace

std::string campaign_body(const FieldDay& day, AreaCode county) {
  json::Writer json;
  json.begin_object()
      .field("id", derived_id(first_instant, "field campaign opened", day.campaign.value))
      .field("campaign", day.campaign)
      .field("name", "敲门行动（模拟）")
      .field("area", county);
  return json.end_object().take();
}

std::string round_body(const FieldDay& day) {
  json::Writer json;
  json.begin_object()
      .field("id", derived_id(day.from, "field round opened", day.round.value))
      .field("round", day.round)
      .field("campaign", day.campaign)
      .field("questionSet", "摸排一户一表")
      .field("riskList", "2022-03-22")
      .field("deadline", day.deadline)
      .field("happenedAt", day.from);
  return json.end_object().take();
}

Outcome set_up(IntakeClient& intake, const County& county, const FieldDay& day, AckFile* acks,
               const Say& say) {
  const std::pair<std::string, std::string> lists[] = {
      {"areas", areas_csv(county)},
      {"households", households_csv(county)},
      {"workers", workers_csv(county)},
      {"responsibilities", responsibilities_csv(county)}};
  for (const auto& [what, csv] : lists) {
    if (Outcome done = import(intake, what, csv, say); !done) return done;
  }
  const AreaCode code = ancestor(county.grids.front().code, AreaLevel::county);
  if (Outcome done = post(intake, "/v1/campaigns", campaign_body(day, code), acks); !done) {
    return done;
  }
  return post(intake, "/v1/rounds", round_body(day), acks);
}

}  // namespace doorstep::cli
