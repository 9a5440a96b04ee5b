// doorstep-aggregation --data DIR: folds the log into coverage and answers questions about it.
#include <string>
#include <utility>

#include "common/runtime/bell.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/logging.h"
#include "common/runtime/metrics.h"
#include "common/runtime/note_reader.h"
#include "common/runtime/service_main.h"
#include "common/runtime/strangers.h"
#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"
#include "services/aggregation/aggregation_service.h"

namespace {

using namespace doorstep;

Result<net::CurveKeys> keys_of(const runtime::DataFolder& folder, const std::string& name) {
  const auto pair = folder.key(name);
  if (!pair) return std::unexpected{pair.error()};
  return net::CurveKeys{pair->public_key, pair->secret_key};
}

Result<std::unique_ptr<net::Endpoint>> to_log(net::Hub& hub, const runtime::DataFolder& folder,
                                              const std::string& address) {
  const auto own = keys_of(folder, "aggregation");
  if (!own) return std::unexpected{own.error()};
  const auto server = keys_of(folder, "log-server");
  if (!server) return std::unexpected{server.error()};
  return hub.connect({.address = address, .server_public_key = server->public_key, .keys = *own});
}

// Whoever has an account may ask: the answers are counts, codes and ids, never names.
Result<std::unique_ptr<net::Endpoint>> to_readers(net::Hub& hub,
                                                  const runtime::DataFolder& folder) {
  const auto keys = keys_of(folder, "aggregation-server");
  if (!keys) return std::unexpected{keys.error()};
  net::ServerOptions options{
      .name = "aggregation", .address = folder.endpoints().aggregation, .keys = *keys};
  for (const runtime::Account& account : folder.accounts()) {
    options.authorised.push_back({account.name, account.public_key});
  }
  return hub.serve(options);
}

Result<int> run(const std::string& data, runtime::StopSignal& stop) {
  const auto folder = runtime::DataFolder::open(data);
  if (!folder) return std::unexpected{folder.error()};
  const auto hub = net::Hub::open();
  if (!hub) return std::unexpected{hub.error()};
  (*hub)->on_stranger([](const std::string& server, const std::string& peer_key) {
    runtime::log_warning(runtime::stranger_words(server, peer_key));
  });
  const auto cmd = to_log(**hub, *folder, folder->endpoints().log_cmd);
  if (!cmd) return std::unexpected{cmd.error()};
  const auto feed = to_log(**hub, *folder, folder->endpoints().log_feed);
  if (!feed) return std::unexpected{feed.error()};
  const auto questions = to_readers(**hub, *folder);
  if (!questions) return std::unexpected{questions.error()};

  auto read_note = runtime::note_reader(*folder);
  if (!read_note) return std::unexpected{read_note.error()};

  const runtime::SystemClock clock{folder->simulated_clock()};
  runtime::FileSnapshot snapshot{folder->snapshot_file("coverage")};
  runtime::Bell bell;
  runtime::Metrics metrics;
  aggregation::AggregationService service{
      {**cmd, **feed, **questions, snapshot, std::move(*read_note)}, metrics};
  const auto waiter =
      (*hub)->waiter({cmd->get(), feed->get(), questions->get()}, {stop.fd(), bell.fd()});
  runtime::log_info("following the log at " + folder->endpoints().log_feed + ", answering at " +
                    (*questions)->address());
  return runtime::run(service, clock, *waiter, stop, bell);
}

}  // namespace

int main(int count, char** arguments) {
  return runtime::service_main(count, arguments, "aggregation", run);
}
