// doorstep-reporting --data DIR [--board DIR]: the HTTP API's reads and the board, on loopback.
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/beast_server.h"
#include "common/runtime/bell.h"
#include "common/runtime/clock_report.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/descriptors.h"
#include "common/runtime/logging.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service_main.h"
#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"
#include "services/reporting/reporting_service.h"

namespace {

using namespace doorstep;
namespace fs = std::filesystem;

struct Arguments {
  std::string data{};
  fs::path board{};  // empty: beside the program
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name{argv[i]};
    if (name == "--data") {
      arguments.data = argv[i + 1];
    } else if (name == "--board") {
      arguments.board = argv[i + 1];
    } else {
      return std::nullopt;
    }
  }
  if (argc % 2 == 0 || arguments.data.empty()) return std::nullopt;
  return arguments;
}

// As installed, else as built.
fs::path board_beside_program() {
  std::error_code error;
  const fs::path programs = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path installed = programs.parent_path() / "share" / "doorstep" / "board";
  return fs::exists(installed, error) ? installed : programs.parent_path() / "board";
}

Result<std::unique_ptr<net::Endpoint>> connect(net::Hub& hub, const runtime::DataFolder& folder,
                                               const std::string& address,
                                               const std::string& server_name) {
  const auto own = folder.key("reporting");
  if (!own) return std::unexpected{own.error()};
  const auto server = folder.key(server_name);
  if (!server) return std::unexpected{server.error()};
  return hub.connect({.address = address,
                      .server_public_key = server->public_key,
                      .keys = {own->public_key, own->secret_key}});
}

Result<int> run(runtime::StopSignal& stop, const Arguments& arguments) {
  const auto folder = runtime::DataFolder::open(arguments.data);
  if (!folder) return std::unexpected{folder.error()};
  const fs::path board = arguments.board.empty() ? board_beside_program() : arguments.board;
  auto files = reporting::BoardFiles::load(board);
  if (!files) return std::unexpected{files.error()};
  if (!files->is_built()) runtime::log_warning("no board was built in " + board.string());

  const auto hub = net::Hub::open();
  if (!hub) return std::unexpected{hub.error()};
  const runtime::Endpoints& endpoints = folder->endpoints();
  const auto aggregation = connect(**hub, *folder, endpoints.aggregation, "aggregation-server");
  if (!aggregation) return std::unexpected{aggregation.error()};
  const auto feed = connect(**hub, *folder, endpoints.log_feed, "log-server");
  if (!feed) return std::unexpected{feed.error()};

  runtime::Bell bell;
  const auto connections_max = runtime::connections_that_fit(web::BeastOptions{}.connections_max);
  const auto http = web::BeastServer::open(
      {.port = endpoints.reporting_port,
       .connections_max = connections_max,
       .arrived = [&bell] { bell.ring(); },
       .crowded = [](const web::Crowd& crowd) { runtime::log_warning(web::to_string(crowd)); }});
  if (!http) return std::unexpected{http.error()};

  const runtime::SystemClock clock{folder->simulated_clock()};
  runtime::Metrics metrics;
  const runtime::SystemMachineClock machine;
  const bool is_simulated = folder->simulated_clock().has_value();
  reporting::ReportingService service{
      {**http, **aggregation, **feed, is_simulated, runtime::ClockReport::of(*folder, machine)},
      metrics,
      *std::move(files)};
  const auto waiter = (*hub)->waiter({aggregation->get(), feed->get()}, {stop.fd(), bell.fd()});
  runtime::log_info("serving http://127.0.0.1:" + std::to_string((*http)->port()) + "/");
  return runtime::run(service, clock, *waiter, stop, bell);
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = parse(argc, argv);
  if (!arguments) {
    std::fputs("usage: doorstep-reporting --data DIR [--board DIR]\n", stderr);
    return runtime::exit_usage;
  }
  return runtime::run_service("reporting",
                              [&](runtime::StopSignal& stop) { return run(stop, *arguments); });
}
