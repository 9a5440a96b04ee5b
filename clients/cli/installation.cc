// init, up and status: an installation's life.
#include <CLI/CLI.hpp>
#include <fstream>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/health.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/supervisor.h"
#include "clients/cli/up.h"
#include "common/json/clock_json.h"
#include "common/json/writer.h"
#include "common/runtime/clock_report.h"
#include "common/runtime/loop.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds probe_patience{1'500};

struct UpOptions {
  std::optional<std::uint16_t> port{};
  std::string clock{};
  bool accept_clock{};
};

Error no_folder() {
  return {ErrorCode::invalid, "no data folder given: say --data DIR or set DOORSTEP_DATA to it"};
}

std::string board_url(const runtime::DataFolder& folder) {
  return "http://127.0.0.1:" + std::to_string(folder.endpoints().reporting_port) + "/";
}

ExitCode init(const Invocation& invocation, std::optional<std::uint16_t> port) {
  if (invocation.data.empty()) return fail(invocation, no_folder());
  const auto lock = runtime::FolderLock::take(invocation.data, "init");
  if (!lock) return fail(invocation, lock.error());
  const auto folder = runtime::DataFolder::init(invocation.data, port);
  if (!folder) return fail(invocation, folder.error());
  if (invocation.json) {
    json::Writer json;
    json.begin_object().field("data", folder->path().string()).field("board", board_url(*folder));
    acknowledge(json.end_object().take());
  } else {
    tell("data folder " + folder->path().string() + " is ready; start with `doorstep up --data " +
         invocation.data + "`");
  }
  return ExitCode::ok;
}

ExitCode up(const Invocation& invocation, const UpOptions& options) {
  runtime::StopSignal stop;  // before any thread
  if (invocation.data.empty()) return fail(invocation, no_folder());
  std::optional<WantedClock> wanted;
  if (!options.clock.empty()) {
    const auto parsed = parse_clock(options.clock);
    if (!parsed) {
      std::ignore = fail(invocation, parsed.error());
      return ExitCode::usage;
    }
    wanted = *parsed;
  }
  const auto lock = runtime::FolderLock::take(invocation.data, command_up);
  if (!lock) return fail(invocation, lock.error());
  auto folder = runtime::DataFolder::init(invocation.data, options.port);
  if (!folder) return fail(invocation, folder.error());
  if (Outcome set = settle_clock(*folder, wanted, runtime::real_now()); !set) {
    return fail(invocation, set.error());
  }
  if (Outcome free = check_ports(*folder); !free) return fail(invocation, free.error());
  if (const auto policy = witness_policy(*folder); !policy) {
    return fail(invocation, policy.error());
  }

  const runtime::SystemClock clock;
  Supervisor supervisor{*folder, invocation.program.parent_path(), clock, stop};
  if (options.accept_clock) supervisor.accept_clock();
  if (Outcome started = supervisor.start(); !started) {
    if (!supervisor.was_interrupted()) return fail(invocation, started.error());
    tell("stopped");
    return ExitCode::ok;
  }
  acknowledge(board_url(*folder));
  tell("the board is at " + board_url(*folder) + "; Ctrl-C stops");
  if (Outcome kept = supervisor.keep(); !kept) return fail(invocation, kept.error());
  tell("stopped");
  return ExitCode::ok;
}

struct ServiceStatus {
  ServiceName name{};
  int pid{};  // 0: none
  std::string state{};
};

int pid_of(const runtime::DataFolder& folder, std::string_view service) {
  std::ifstream in{folder.run_folder() / (std::string{service} + ".pid")};
  int pid = 0;
  in >> pid;
  return is_alive(pid) ? pid : 0;
}

std::vector<ServiceStatus> look_at_services(const runtime::DataFolder& folder) {
  std::vector<ServiceStatus> found;
  for (const ServiceName& name : services) {
    ServiceStatus status{name, pid_of(folder, name.name), "stopped"};
    const auto ports = ports_of(folder.endpoints(), name.name);
    // Also what somebody started by hand, without a pid file.
    const bool may_run = status.pid != 0 || !std::ranges::all_of(ports, is_free);
    if (may_run) {
      status.state = is_healthy(folder, name.name, probe_patience) ? "running" : "notAnswering";
    }
    found.push_back(std::move(status));
  }
  return found;
}

struct Positions {
  std::optional<Position> head{};   // of the log
  std::optional<Position> as_of{};  // of aggregation
  std::optional<ClockProblem> clock{};
};

// What the log says of its last record, and what it saw the clock do, beside the clock now.
std::optional<ClockProblem> look_at_clock(const runtime::DataFolder& folder,
                                          const wire::Described& log) {
  const auto simulated = folder.simulated_clock();
  const runtime::SystemMachineClock machine;
  auto report = runtime::ClockReport::of(folder, machine);
  const runtime::SystemClock clock{simulated};
  const Instant last_record = log.head == Position{} ? Instant{} : log.recorded_at;
  report.look({clock.now(), clock.monotonic()}, last_record);
  return report.problem(last_record, clock.now());
}

std::string status_json(const runtime::DataFolder& folder, const std::vector<ServiceStatus>& found,
                        Positions positions) {
  const auto position = [](json::Writer& json, std::string_view key,
                           std::optional<Position> value) {
    value ? json.field(key, number(*value)) : json.key(key).null();
  };
  const auto supervisor = running_supervisor(folder);
  const runtime::Endpoints& endpoints = folder.endpoints();
  json::Writer json;
  json.begin_object().field("data", folder.path().string());
  supervisor ? json.field("supervisor", static_cast<std::uint64_t>(*supervisor))
             : json.key("supervisor").null();
  json.key("services").begin_array();
  for (const ServiceStatus& status : found) {
    json.begin_object().field("name", status.name.name).field("state", status.state);
    status.pid ? json.field("pid", static_cast<std::uint64_t>(status.pid)) : json.key("pid").null();
    const auto ports = ports_of(endpoints, status.name.name);
    ports.empty() ? json.key("port").null() : json.field("port", ports.front());
    json.end_object();
  }
  json.end_array();
  position(json, "head", positions.head);
  position(json, "asOf", positions.as_of);
  json.key("endpoints")
      .begin_object()
      .field("board", board_url(folder))
      .field("intake", "http://127.0.0.1:" + std::to_string(endpoints.intake_port) + "/")
      .field("logCmd", endpoints.log_cmd)
      .field("logFeed", endpoints.log_feed)
      .field("aggregation", endpoints.aggregation)
      .end_object();
  if (const auto clock = folder.simulated_clock()) {
    json.key("clock")
        .begin_object()
        .field("starts", to_string(clock->starts))
        .field("speed", clock->speed)
        .field("now", to_string(runtime::SystemClock{clock}.now()))
        .end_object();
  } else {
    json.key("clock").null();
  }
  json::write_clock(json, "clockProblem", positions.clock);
  return json.end_object().take();
}

ExitCode status(const Invocation& invocation) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto found = look_at_services(*folder);
  const bool all_up =
      std::ranges::all_of(found, [](const ServiceStatus& each) { return each.state == "running"; });
  Positions positions{};
  if (found.front().state == "running") {
    if (const auto log = describe_log(*folder, probe_patience)) {
      positions.head = log->head;
      positions.clock = look_at_clock(*folder, *log);
    }
    if (const auto as_of = position_of_aggregation(*folder, probe_patience))
      positions.as_of = *as_of;
  }
  if (invocation.json) {
    print(status_json(*folder, found, positions));
  } else {
    for (const ServiceStatus& each : found) {
      std::string line{each.name.name};
      line.resize(14, ' ');
      line += each.state;
      if (each.pid) line += "  pid " + std::to_string(each.pid);
      for (const auto port : ports_of(folder->endpoints(), each.name.name)) {
        line += "  port " + std::to_string(port);
      }
      print(line);
    }
    if (positions.head) print("log at position " + std::to_string(number(*positions.head)));
    if (positions.as_of) print("board as of " + std::to_string(number(*positions.as_of)));
    print("board " + board_url(*folder));
    if (positions.clock) print("clock: " + words_of(*positions.clock));
  }
  return all_up ? ExitCode::ok : ExitCode::unavailable;
}

}  // namespace

void add_installation(CLI::App& app, Invocation& invocation) {
  auto* init_command = app.add_subcommand("init", "Make a data folder: keys, accounts, ports");
  auto* up_command = app.add_subcommand(
      "up", "Start the five services on a data folder and keep them running until Ctrl-C");
  auto* status_command = app.add_subcommand("status", "Which services run, and where");

  const auto init_port = std::make_shared<std::optional<std::uint16_t>>();
  init_command->add_option("--port", *init_port, "the board's port P; P to P+4 are used (8420)")
      ->check(CLI::Range(1024, 65'000));
  init_command->callback([&invocation, init_port] {
    invocation.run = [&, init_port] { return init(invocation, *init_port); };
  });

  const auto options = std::make_shared<UpOptions>();
  up_command->add_option("--port", options->port, "the board's port P; P to P+4 are used (8420)")
      ->check(CLI::Range(1024, 65'000));
  up_command->add_option("--clock", options->clock,
                         "simulated time: start=2022-03-23T08:00+08:00,speed=600");
  up_command->add_flag("--accept-clock", options->accept_clock,
                       "start although the clock contradicts the record, this once");
  up_command->callback([&invocation, options] {
    invocation.run = [&, options] { return up(invocation, *options); };
  });

  status_command->callback([&invocation] { invocation.run = [&] { return status(invocation); }; });
}

}  // namespace doorstep::cli
