// campaign open, round open and close: when a county begins to screen, and when it is done.
#include <CLI/CLI.hpp>

#include "clients/cli/command.h"
#include "clients/cli/connection.h"
#include "clients/cli/intake_client.h"
#include "common/json/writer.h"
#include "common/runtime/system_clock.h"
#include "common/runtime/system_random.h"

namespace doorstep::cli {
namespace {

struct CampaignOptions {
  std::string name{};
  std::string area{};
  std::string id{};
};

struct RoundOptions {
  std::string campaign{};
  std::uint32_t number{};
  std::string question_set{"screening"};
  std::string risk_list{"1"};
  std::string deadline{};
  std::string id{};
};

constexpr Milliseconds default_deadline = std::chrono::hours{14};

// What each of these commands needs to make a request.
struct Desk {
  explicit Desk(const runtime::DataFolder& folder)
      : clock{folder.simulated_clock()}, intake{folder.endpoints().intake_port} {}

  Uuid fresh_id() { return random.uuid(clock.now()); }
  // The id that was given, or a fresh one; nullopt: what was given is none.
  std::optional<Uuid> id_or_fresh(const std::string& given) {
    return given.empty() ? fresh_id() : parse_uuid(given);
  }

  runtime::SystemClock clock;
  runtime::SystemRandom random{};
  IntakeClient intake;
};

ExitCode usage(const Invocation& invocation, std::string message) {
  std::ignore = fail(invocation, {ErrorCode::invalid, std::move(message)});
  return ExitCode::usage;
}

ExitCode report(const Invocation& invocation, std::string_view kind, Uuid id,
                const Result<Acknowledged>& acknowledged) {
  if (!acknowledged) return fail(invocation, acknowledged.error());
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    json.begin_object()
        .field(kind, id)
        .field("position", acknowledged->position)
        .field("duplicate", acknowledged->duplicate);
    print(json.end_object().take());
  } else {
    print(to_string(id));
  }
  return ExitCode::ok;
}

ExitCode open_campaign(const Invocation& invocation, const CampaignOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  Desk desk{*folder};
  const auto id = desk.id_or_fresh(options.id);
  if (!id) return usage(invocation, "--id " + options.id + " is no UUID");
  const auto area = parse_area(options.area);
  if (!area || !area->is_known())
    return usage(invocation, "--area " + options.area + " is no code");
  json::Writer json;
  json.begin_object()
      .field("id", options.id.empty() ? desk.fresh_id() : *id)
      .field("campaign", *id)
      .field("name", options.name)
      .field("area", *area)
      .field("happenedAt", desk.clock.now());
  return report(invocation, "campaign", *id,
                desk.intake.post("/v1/campaigns", json.end_object().take()));
}

// One more than the campaign has.
Result<std::uint32_t> next_number(const runtime::DataFolder& folder, CampaignId campaign) {
  const auto connection = Connection::open(folder, Connection::To::aggregation);
  if (!connection) return std::unexpected(connection.error());
  const auto answer = (*connection)->ask({.what = wire::AskRounds{}});
  if (!answer) return std::unexpected(answer.error());
  std::uint32_t number = 1;
  if (const auto* rounds = std::get_if<wire::Rounds>(&answer->what)) {
    for (const wire::RoundView& view : rounds->rounds) {
      if (view.round.campaign == campaign) number = std::max(number, view.round.number + 1);
    }
  }
  return number;
}

ExitCode open_round(const Invocation& invocation, const RoundOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  Desk desk{*folder};
  const auto id = desk.id_or_fresh(options.id);
  if (!id) return usage(invocation, "--id " + options.id + " is no UUID");
  const auto campaign = parse_uuid(options.campaign);
  if (!campaign) return usage(invocation, "--campaign " + options.campaign + " is no UUID");
  const auto deadline = options.deadline.empty()
                            ? std::optional{desk.clock.now() + default_deadline}
                            : parse_instant(options.deadline);
  if (!deadline) {
    return usage(invocation, "--deadline " + options.deadline + ": say 2022-03-23T22:00:00+08:00");
  }
  const auto number = options.number ? Result<std::uint32_t>{options.number}
                                     : next_number(*folder, CampaignId{*campaign});
  if (!number) return fail(invocation, number.error());
  json::Writer json;
  json.begin_object()
      .field("id", options.id.empty() ? desk.fresh_id() : *id)
      .field("round", *id)
      .field("campaign", *campaign)
      .field("number", *number)
      .field("questionSet", options.question_set)
      .field("riskList", options.risk_list)
      .field("deadline", *deadline)
      .field("happenedAt", desk.clock.now());
  return report(invocation, "round", *id, desk.intake.post("/v1/rounds", json.end_object().take()));
}

ExitCode close_round(const Invocation& invocation, const std::string& round) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto id = parse_uuid(round);
  if (!id) return usage(invocation, round + " is no round's id");
  Desk desk{*folder};
  json::Writer json;
  json.begin_object().field("id", desk.fresh_id()).field("happenedAt", desk.clock.now());
  return report(
      invocation, "round", *id,
      desk.intake.post("/v1/rounds/" + to_string(*id) + "/close", json.end_object().take()));
}

}  // namespace

void add_campaign(CLI::App& app, Invocation& invocation) {
  auto* campaign = app.add_subcommand("campaign", "Screening campaigns");
  campaign->require_subcommand(1);
  auto* open_command = campaign->add_subcommand("open", "Begin one; prints its id");
  const auto wanted = std::make_shared<CampaignOptions>();
  open_command->add_option("--name", wanted->name, "what people call it")->required();
  open_command->add_option("--area", wanted->area, "the county's code")->required();
  open_command->add_option("--id", wanted->id, "its UUID: the same one again changes nothing");
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
  open_one->add_option("--id", options->id, "its UUID: the same one again changes nothing");
  open_one->callback([&invocation, options] {
    invocation.run = [&, options] { return open_round(invocation, *options); };
  });

  auto* close_one = round->add_subcommand("close", "Close a round");
  const auto closing = std::make_shared<std::string>();
  close_one->add_option("round", *closing, "its id")->required();
  close_one->callback([&invocation, closing] {
    invocation.run = [&, closing] { return close_round(invocation, *closing); };
  });
}

}  // namespace doorstep::cli
