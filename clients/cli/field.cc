// field simulate: a county's screening day, played through intake.
#include <poll.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "clients/cli/ack_file.h"
#include "clients/cli/arguments.h"
#include "clients/cli/command.h"
#include "clients/cli/field_day.h"
#include "clients/cli/field_setup.h"
#include "clients/cli/play.h"
#include "common/json/writer.h"
#include "common/runtime/loop.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds tell_every{5'000};
constexpr std::uint64_t refusals_shown = 20;
constexpr std::string_view areas_name = "xupu_431224_areas.csv";

struct FieldOptions {
  CountySettings county{};
  std::string speed{"1"};  // against the county's clock, or "max"
  std::string from{};
  double hours{14};
  std::string acks{};
  std::string areas{};
  std::size_t connections{8};
  bool setup_only{};
  bool no_setup{};
};

// The areas that were given, else those beside this program: in the source tree, or where they are
// installed.
Result<std::string> read_areas(const Invocation& invocation, const std::string& given) {
  std::vector<std::filesystem::path> places;
  if (!given.empty()) {
    places.emplace_back(given);
  } else {
    const auto beside = invocation.program.parent_path();
    places.push_back(beside / "../share/doorstep" / areas_name);
    for (auto folder = beside; folder.has_relative_path(); folder = folder.parent_path()) {
      places.push_back(folder / "deploy/data" / areas_name);
    }
  }
  for (const auto& place : places) {
    std::ifstream in{place, std::ios::binary};
    if (!in) continue;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  return failure(ErrorCode::not_found,
                 given.empty()
                     ? "no deploy/data/" + std::string{areas_name} +
                           " above this program: give the county's areas with --areas FILE"
                     : "no file " + given + " to read");
}

struct Schedule {
  DaySettings day{};
  bool waits{true};
};

// When the day is played. It must not lie in the future of the county's clock when it is played at
// once.
Result<Schedule> schedule_of(const FieldOptions& options, const runtime::DataFolder& folder,
                             Instant now) {
  Schedule schedule{.day = {.seed = options.county.seed}};
  const auto simulated = folder.simulated_clock();
  double speed = 1;
  schedule.waits = options.speed != "max";
  if (schedule.waits) {
    const auto* const end = options.speed.data() + options.speed.size();
    const auto read = std::from_chars(options.speed.data(), end, speed);
    if (read.ec != std::errc{} || read.ptr != end || !(speed > 0)) {
      return failure(ErrorCode::invalid, "--speed " + options.speed + ": say a number, or max");
    }
  }
  schedule.day.length = Milliseconds{static_cast<std::int64_t>(options.hours * 3'600'000 / speed)};
  if (!options.from.empty()) {
    const auto from = parse_instant(options.from);
    if (!from) {
      return failure(ErrorCode::invalid, "--from " + options.from + ": say 2022-03-23T08:00+08:00");
    }
    schedule.day.from = *from;
  } else if (!schedule.waits) {
    schedule.day.from = now - schedule.day.length - std::chrono::hours{1};
  } else {
    schedule.day.from = simulated ? simulated->starts : now;
  }
  const Instant end = schedule.day.from + schedule.day.length;
  if (!schedule.waits && end > now) {
    return failure(ErrorCode::invalid, "with --speed max the day must be over: it ends " +
                                           to_string(end) + ", and the county's clock shows " +
                                           to_string(now) + "; leave --from out");
  }
  return schedule;
}

std::string report_json(const County& county, const FieldDay& day, const PlayCounts& counts,
                        Milliseconds took) {
  json::Writer json;
  json.begin_object()
      .field("households", county.households.size())
      .field("grids", county.grids.size())
      .field("workers", county.workers.size())
      .field("campaign", day.campaign)
      .field("round", day.round)
      .field("from", day.from)
      .field("actions", day.actions.size())
      .field("acknowledged", counts.acknowledged.load())
      .field("duplicates", counts.duplicates.load())
      .field("refused", counts.refused.load())
      .field("retries", counts.retries.load());
  json.key("seconds").raw(std::to_string(static_cast<double>(took.count()) / 1000.0));
  return json.end_object().take();
}

class Simulation {
 public:
  Simulation(const Invocation& invocation, const FieldOptions& options,
             const runtime::DataFolder& folder, runtime::StopSignal& stop)
      : invocation_{invocation},
        options_{options},
        folder_{folder},
        stop_{stop},
        clock_{folder.simulated_clock()} {}

  ExitCode run() {
    const auto areas = read_areas(invocation_, options_.areas);
    if (!areas) return fail(invocation_, areas.error());
    auto parsed = parse_county_areas(*areas);
    if (!parsed) return fail(invocation_, parsed.error());
    const auto schedule = schedule_of(options_, folder_, clock_.now());
    if (!schedule) {
      std::ignore = fail(invocation_, schedule.error());
      return ExitCode::usage;
    }
    std::unique_ptr<AckFile> acks;
    if (!options_.acks.empty()) {
      auto opened = AckFile::open(options_.acks);
      if (!opened) return fail(invocation_, opened.error());
      acks = std::move(*opened);
    }
    const County county = make_county(std::move(*parsed), options_.county);
    const FieldDay day = make_day(county, schedule->day);
    if (!options_.no_setup) {
      const ExitCode code = set_up_patiently(county, day, acks.get());
      if (code != ExitCode::ok) return code;
    }
    if (options_.setup_only) return ExitCode::ok;
    return play(county, day, schedule->waits, acks.get());
  }

 private:
  // Intake may be starting, or start again meanwhile: what has landed is not landed twice.
  ExitCode set_up_patiently(const County& county, const FieldDay& day, AckFile* acks) {
    IntakeClient intake{folder_.endpoints().intake_port};
    const Milliseconds start = clock_.monotonic();
    for (;;) {
      const Outcome done =
          set_up(intake, county, day, acks, [](const std::string& line) { tell(line); });
      if (done) return ExitCode::ok;
      if (stop_.asked()) return ExitCode::interrupted;
      const bool may_pass =
          done.error().code == ErrorCode::unavailable || done.error().code == ErrorCode::busy;
      if (!may_pass || clock_.monotonic() - start > std::chrono::minutes{2}) {
        return fail(invocation_, done.error());
      }
      tell("trying again: " + done.error().message);
      pause(Milliseconds{500});
    }
  }

  ExitCode play(const County& county, const FieldDay& day, bool waits, AckFile* acks) {
    const auto simulated = folder_.simulated_clock();
    std::atomic<std::uint64_t> refusals{};
    Player player{day,
                  {.intake_port = folder_.endpoints().intake_port,
                   .connections = options_.connections,
                   .waits = waits,
                   .clock_speed = simulated ? simulated->speed : 1},
                  clock_,
                  acks,
                  [&refusals](const std::string& words) {
                    if (++refusals <= refusals_shown) tell("refused: " + words);
                  }};
    tell("playing " + std::to_string(day.actions.size()) + " actions from " + to_string(day.from));
    const Milliseconds start = clock_.monotonic();
    Milliseconds told = start;
    const Outcome played = player.play([&](const PlayCounts& counts) {
      if (clock_.monotonic() - told > tell_every) {
        told = clock_.monotonic();
        tell(to_string(clock_.now()) + ": " + std::to_string(counts.acknowledged) + " of " +
             std::to_string(day.actions.size()) + " acknowledged, " +
             std::to_string(counts.refused) + " refused, " + std::to_string(counts.retries) +
             " tried again");
      }
      return !stop_.asked();
    });
    if (!played) return fail(invocation_, played.error());
    const PlayCounts& counts = player.counts();
    const std::string report = report_json(county, day, counts, clock_.monotonic() - start);
    if (invocation_.json || invocation_.ndjson) {
      acknowledge(report);
    } else {
      tell(report);
    }
    if (stop_.asked()) return ExitCode::interrupted;
    return counts.refused == 0 ? ExitCode::ok : ExitCode::failed;
  }

  void pause(Milliseconds time) const {
    pollfd stop{.fd = stop_.fd(), .events = POLLIN, .revents = 0};
    poll(&stop, 1, static_cast<int>(time.count()));
  }

  const Invocation& invocation_;
  const FieldOptions& options_;
  const runtime::DataFolder& folder_;
  runtime::StopSignal& stop_;
  runtime::SystemClock clock_;
};

ExitCode simulate(const Invocation& invocation, const FieldOptions& options) {
  runtime::StopSignal stop;  // before any thread
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  return Simulation{invocation, options, *folder, stop}.run();
}

}  // namespace

void add_field(CLI::App& app, Invocation& invocation) {
  auto* noun = app.add_subcommand("field", "A made-up county at work");
  noun->require_subcommand(1);
  auto* verb = noun->add_subcommand(
      "simulate", "Play a screening day through intake; the same seed gives the same day");
  const auto options = std::make_shared<FieldOptions>();
  verb->add_option("--households", options->county.households, "how many (2000)")
      ->check(CLI::Range(1, 2'000'000));
  verb->add_option("--seed", options->county.seed, "what the county and its day are made from (1)");
  verb->add_option("--workers-per-grid", options->county.workers_per_grid, "beside the clerks (3)")
      ->check(CLI::Range(1, 50));
  verb->add_option("--speed", options->speed,
                   "against the county's clock (1); max: all at once, as of a day just over");
  verb->add_option("--from", options->from,
                   "when the day begins (a simulated clock's start, else now)");
  verb->add_option("--hours", options->hours, "how long it is by the county's clock (14)")
      ->check(CLI::Range(0.01, 48.0));
  as_path(verb->add_option("--acks", options->acks,
                           "append what intake acknowledged to this file, synced"));
  as_path(
      verb->add_option("--areas", options->areas, "the county's areas: code,name,level,parent"));
  verb->add_option("--connections", options->connections, "to intake at once (8)")
      ->check(CLI::Range(1, 256));
  verb->add_flag("--setup-only", options->setup_only, "import the county, open the round, no day");
  verb->add_flag("--no-setup", options->no_setup, "the county is there already");
  verb->callback([&invocation, options] {
    invocation.run = [&, options] { return simulate(invocation, *options); };
  });
}

}  // namespace doorstep::cli
