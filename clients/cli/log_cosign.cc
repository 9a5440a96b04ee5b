// log cosign: offers the log's checkpoints to the witnesses, once or on and on. `doorstep up` runs
// it where witnesses are named.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "clients/cli/log_verbs.h"
#include "clients/cli/witness_offers.h"
#include "common/json/writer.h"
#include "common/runtime/loop.h"
#include "common/runtime/poll_waiter.h"

namespace doorstep::cli {
namespace {

struct Options {
  bool once{};
  int every_s{2};
};

Error no_witnesses(const runtime::DataFolder& folder) {
  return {ErrorCode::not_found, "no witness is named in " + folder.witness_policy_file().string() +
                                    ": a line is witness NAME VKEY http://127.0.0.1:8430"};
}

// Problems that stay the same are told once.
void tell_new(const std::vector<std::string>& problems, std::vector<std::string>& told) {
  for (const std::string& problem : problems) {
    if (std::ranges::find(told, problem) == told.end()) tell(problem);
  }
  told = problems;
}

std::string to_json(const WitnessOffers::Round& round, std::size_t witnesses) {
  json::Writer json;
  json.begin_object().field("cosigned", round.cosigned).field("of", witnesses);
  json.key("problems").begin_array();
  for (const std::string& problem : round.problems) json.value(problem);
  json.end_array().end_object();
  return json.take();
}

ExitCode show(const Invocation& invocation, const WitnessOffers::Round& round,
              std::size_t witnesses) {
  if (invocation.json) {
    acknowledge(to_json(round, witnesses));
  } else {
    for (const std::string& problem : round.problems) tell(problem);
    acknowledge("cosigned by " + std::to_string(round.cosigned) + " of " +
                std::to_string(witnesses));
  }
  return round.problems.empty() ? ExitCode::ok : ExitCode::unavailable;
}

ExitCode cosign(const Invocation& invocation, const Options& options) {
  runtime::StopSignal stop;  // before any thread
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto policy = witness_policy(*folder);
  if (!policy) return fail(invocation, policy.error());
  if (policy->witnesses.empty()) return fail(invocation, no_witnesses(*folder));
  auto log = LogAsking::open(*folder);
  if (!log) return fail(invocation, log.error());
  auto offers = WitnessOffers::open(*folder, *log, *policy);
  if (!offers) return fail(invocation, offers.error());

  runtime::PollWaiter waiter{{stop.fd()}};
  std::vector<std::string> told;
  while (!stop.asked()) {
    const auto round = offers->offer();
    if (options.once) {
      if (!round) return fail(invocation, round.error());
      return show(invocation, *round, policy->witnesses.size());
    }
    tell_new(round ? round->problems : std::vector{round.error().message}, told);
    waiter.wait(Milliseconds{options.every_s * 1'000});
  }
  return ExitCode::ok;
}

}  // namespace

void add_log_cosign(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand(
      "cosign", "Offer new checkpoints to the witnesses and keep their cosignatures");
  const auto options = std::make_shared<Options>();
  verb->add_flag("--once", options->once, "one round, then end");
  verb->add_option("--every", options->every_s, "seconds between rounds (2)")
      ->check(CLI::Range(1, 3'600));
  verb->callback([&invocation, options] {
    invocation.run = [&, options] { return cosign(invocation, *options); };
  });
}

}  // namespace doorstep::cli
