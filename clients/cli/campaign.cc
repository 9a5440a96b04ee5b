// campaign open, round open and close: when a county begins to screen, and when it is done.
#include <CLI/CLI.hpp>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/intake_client.h"
#include "common/hash/sha256.h"
#include "common/json/writer.h"
#include "common/runtime/system_clock.h"
#include "common/runtime/system_random.h"

namespace doorstep::cli {
namespace {

struct CampaignOptions {
  std::string name{};
  std::string area{};
  std::optional<std::string> id{};
};

struct RoundOptions {
  std::string campaign{};
  std::optional<std::uint32_t> number{};
  std::string question_set{"screening"};
  std::string risk_list{"1"};
  std::optional<std::string> deadline{};
  std::optional<std::string> id{};
};

struct CloseOptions {
  std::string round{};
  std::optional<std::string> id{};
};

std::optional<Uuid> parse_id(const std::string& given) {
  const auto id = parse_uuid(given);
  return id && !id->is_nil() ? id : std::nullopt;
}

ExitCode no_id(const Invocation& invocation, const std::string& option, const std::string& given) {
  return wrong_usage(invocation, option + " \"" + given + "\" is no UUID, such as " +
                                     "0197a1b2-0000-7000-8000-000000000001");
}

// What was not said is not sent: intake adds the time, the next number, the deadline. So the same
// words make the same request, and one whose answer was lost can be said again.
std::optional<Uuid> id_or_fresh(const runtime::DataFolder& folder,
                                const std::optional<std::string>& given) {
  if (given) return parse_id(*given);
  runtime::SystemRandom random{};
  return random.uuid(runtime::SystemClock{folder.simulated_clock()}.now());
}

// A round is closed once, so the request has its id from the round.
EventId closing_of(RoundId round) {
  const Instant made{static_cast<std::int64_t>(round.value.high >> 16)};
  return {derived_id(made, "round close", round.value)};
}

Result<Acknowledged> send(const runtime::DataFolder& folder, const std::string& path,
                          json::Writer&& body) {
  return IntakeClient{folder.endpoints().intake_port}.post(path, body.end_object().take());
}

ExitCode report(const Invocation& invocation, const std::string& kind, Uuid id,
                const Result<Acknowledged>& acknowledged) {
  if (!acknowledged) return fail(invocation, acknowledged.error());
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    json.begin_object()
        .field(kind, id)
        .field("position", acknowledged->position)
        .field("duplicate", acknowledged->duplicate);
    acknowledge(json.end_object().take());
  } else {
    acknowledge(to_string(id), kind + " " + to_string(id) + ", recorded at position " +
                                   std::to_string(number(acknowledged->position)));
  }
  return ExitCode::ok;
}

ExitCode open_campaign(const Invocation& invocation, const CampaignOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto id = id_or_fresh(*folder, options.id);
  if (!id) return no_id(invocation, "--id", *options.id);
  const auto area = parse_area(options.area);
  if (!area || !area->is_known()) {
    return wrong_usage(invocation, "--area " + options.area + " is no code");
  }
  json::Writer json;
  json.begin_object().field("id", *id).field("campaign", *id);
  json.field("name", options.name).field("area", *area);
  return report(invocation, "campaign", *id, send(*folder, "/v1/campaigns", std::move(json)));
}

ExitCode open_round(const Invocation& invocation, const RoundOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto id = id_or_fresh(*folder, options.id);
  if (!id) return no_id(invocation, "--id", *options.id);
  const auto campaign = parse_id(options.campaign);
  if (!campaign) return no_id(invocation, "--campaign", options.campaign);
  json::Writer json;
  json.begin_object().field("id", *id).field("round", *id).field("campaign", *campaign);
  json.field("questionSet", options.question_set).field("riskList", options.risk_list);
  if (options.number) json.field("number", *options.number);
  if (options.deadline) {
    const auto deadline = parse_instant(*options.deadline);
    if (!deadline) {
      return wrong_usage(invocation, "--deadline \"" + *options.deadline +
                                         "\": say 2022-03-23T22:00:00+08:00, a time of the years "
                                         "1970 to 9998");
    }
    json.field("deadline", *deadline);
  }
  return report(invocation, "round", *id, send(*folder, "/v1/rounds", std::move(json)));
}

ExitCode close_round(const Invocation& invocation, const CloseOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto round = parse_id(options.round);
  if (!round) return no_id(invocation, "round", options.round);
  const auto id =
      options.id ? parse_id(*options.id) : std::optional{closing_of(RoundId{*round}).value};
  if (!id) return no_id(invocation, "--id", *options.id);
  json::Writer json;
  json.begin_object().field("id", *id);
  return report(invocation, "round", *round,
                send(*folder, "/v1/rounds/" + to_string(*round) + "/close", std::move(json)));
}

}  // namespace

void add_campaign(CLI::App& app, Invocation& invocation) {
  auto* campaign = app.add_subcommand("campaign", "Screening campaigns");
  campaign->require_subcommand(1);
  auto* open_command = campaign->add_subcommand("open", "Begin one; prints its id");
  const auto wanted = std::make_shared<CampaignOptions>();
  open_command->add_option("--name", wanted->name, "what people call it")->required();
  open_command->add_option("--area", wanted->area, "the county's code")->required();
  open_command->add_option("--id", wanted->id,
                           "its UUIDv7: said again with the same words it is the same campaign");
  open_command->callback([&invocation, wanted] {
    invocation.run = [&, wanted] { return open_campaign(invocation, *wanted); };
  });

  auto* round = app.add_subcommand("round", "Rounds of a campaign");
  round->require_subcommand(1);
  auto* open_one = round->add_subcommand("open", "Open a round; prints its id");
  const auto options = std::make_shared<RoundOptions>();
  open_one->add_option("--campaign", options->campaign, "its campaign's id")->required();
  open_one->add_option("--number", options->number, "counts the campaign's rounds (the next)");
  open_one->add_option("--question-set", options->question_set, "what is asked at the door");
  open_one->add_option("--risk-list", options->risk_list, "version of the list of risk areas");
  open_one->add_option("--deadline", options->deadline, "2022-03-23T22:00:00+08:00 (in 14 hours)");
  open_one->add_option("--id", options->id,
                       "its UUIDv7: said again with the same words it is the same round");
  open_one->callback([&invocation, options] {
    invocation.run = [&, options] { return open_round(invocation, *options); };
  });

  auto* close_one = round->add_subcommand("close", "Close a round");
  const auto closing = std::make_shared<CloseOptions>();
  close_one->add_option("round", closing->round, "its id")->required();
  close_one->add_option("--id", closing->id,
                        "a UUIDv7 of the request (made from the round's): the same again is known");
  close_one->callback([&invocation, closing] {
    invocation.run = [&, closing] { return close_round(invocation, *closing); };
  });
}

}  // namespace doorstep::cli
