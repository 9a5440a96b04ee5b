// doorstep-intake --data DIR: the way in. One loop thread; HTTP has a thread of its own.
#include <string>

#include "common/http/beast_server.h"
#include "common/runtime/bell.h"
#include "common/runtime/clock_report.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/descriptors.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/logging.h"
#include "common/runtime/note_reader.h"
#include "common/runtime/service_main.h"
#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"
#include "services/intake/intake_service.h"

namespace {

using namespace doorstep;

Result<std::unique_ptr<net::Endpoint>> connect(net::Hub& hub, const runtime::DataFolder& folder,
                                               const std::string& address) {
  const auto server = folder.key("log-server");
  if (!server) return std::unexpected(server.error());
  const auto own = folder.key("intake");
  if (!own) return std::unexpected(own.error());
  return hub.connect({.address = address,
                      .server_public_key = server->public_key,
                      .keys = {own->public_key, own->secret_key}});
}

Result<int> run(const std::string& data, runtime::StopSignal& stop) {
  const auto folder = runtime::DataFolder::open(data);
  if (!folder) return std::unexpected(folder.error());
  const runtime::SystemClock clock{folder->simulated_clock()};
  runtime::Bell bell;
  runtime::Metrics metrics;

  auto hub = net::Hub::open();
  if (!hub) return std::unexpected(hub.error());
  auto cmd = connect(**hub, *folder, folder->endpoints().log_cmd);
  if (!cmd) return std::unexpected(cmd.error());
  auto feed = connect(**hub, *folder, folder->endpoints().log_feed);
  if (!feed) return std::unexpected(feed.error());
  const auto connections_max = runtime::connections_that_fit(web::BeastOptions{}.connections_max);
  const auto http = web::BeastServer::open(
      {.port = folder->endpoints().intake_port,
       .body_max = intake::import_bytes_max,
       .connections_max = connections_max,
       .arrived = [&bell] { bell.ring(); },
       .crowded = [](const web::Crowd& crowd) { runtime::log_warning(web::to_string(crowd)); }});
  if (!http) return std::unexpected(http.error());

  auto read_note = runtime::note_reader(*folder);
  if (!read_note) return std::unexpected(read_note.error());
  runtime::FileSnapshot snapshot{folder->snapshot_file("intake")};
  const runtime::SystemMachineClock machine;
  intake::IntakeService service{{**http, **cmd, **feed, snapshot, std::move(*read_note),
                                 runtime::ClockReport::of(*folder, machine)},
                                metrics};
  runtime::log_info("listening on 127.0.0.1:" + std::to_string((*http)->port()));
  const auto waiter = (*hub)->waiter({cmd->get(), feed->get()}, {bell.fd(), stop.fd()});
  return runtime::run(service, clock, *waiter, stop, bell);
}

}  // namespace

int main(int count, char** arguments) {
  return runtime::service_main(count, arguments, "intake", run);
}
