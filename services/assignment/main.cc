// doorstep-assignment --data DIR: follows the log and states who acts next.
#include <string>

#include "common/runtime/bell.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/logging.h"
#include "common/runtime/metrics.h"
#include "common/runtime/note_reader.h"
#include "common/runtime/service_main.h"
#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"
#include "services/assignment/assignment_service.h"

namespace {

using namespace doorstep;

Result<std::unique_ptr<net::Endpoint>> to_log(net::Hub& hub, const runtime::DataFolder& folder,
                                              const std::string& address) {
  const auto own = folder.key("assignment");
  if (!own) return std::unexpected{own.error()};
  const auto server = folder.key("log-server");
  if (!server) return std::unexpected{server.error()};
  return hub.connect({.address = address,
                      .server_public_key = server->public_key,
                      .keys = {own->public_key, own->secret_key}});
}

Result<int> run(const std::string& data, runtime::StopSignal& stop) {
  const auto folder = runtime::DataFolder::open(data);
  if (!folder) return std::unexpected{folder.error()};
  const auto hub = net::Hub::open();
  if (!hub) return std::unexpected{hub.error()};
  const auto cmd = to_log(**hub, *folder, folder->endpoints().log_cmd);
  if (!cmd) return std::unexpected{cmd.error()};
  const auto feed = to_log(**hub, *folder, folder->endpoints().log_feed);
  if (!feed) return std::unexpected{feed.error()};

  const runtime::SystemClock clock{folder->simulated_clock()};
  runtime::Bell bell;
  runtime::Metrics metrics;
  auto read_note = runtime::note_reader(*folder);
  if (!read_note) return std::unexpected{read_note.error()};
  runtime::FileSnapshot snapshot{folder->snapshot_file("assignment")};
  assignment::AssignmentService service{{**cmd, **feed, snapshot, std::move(*read_note)}, metrics};
  const auto waiter = (*hub)->waiter({cmd->get(), feed->get()}, {stop.fd(), bell.fd()});
  runtime::log_info("following the log at " + folder->endpoints().log_feed);
  return runtime::run(service, clock, *waiter, stop, bell);
}

}  // namespace

int main(int count, char** arguments) {
  return runtime::service_main(count, arguments, "assignment", run);
}
