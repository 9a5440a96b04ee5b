// doorstep-event-log --data DIR [--accept-clock]: the log of one installation. Two threads serve
// it, one for each socket; the store has its own committer, and upkeep a thread of low priority.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/rocks/background.h"
#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/runtime/bell.h"
#include "common/runtime/clock_file.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/fsync_check.h"
#include "common/runtime/give_way.h"
#include "common/runtime/logging.h"
#include "common/runtime/service_main.h"
#include "common/runtime/strangers.h"
#include "common/runtime/system_clock.h"
#include "common/runtime/system_random.h"
#include "common/zmq/hub.h"
#include "services/event_log/clock_guard.h"
#include "services/event_log/event_log.h"

namespace {

using namespace doorstep;

constexpr Milliseconds feed_wait_max{20};
constexpr Milliseconds feed_drain_max{3'000};
constexpr Milliseconds upkeep_wait_max{20};
// Messages that wait for one peer. A proof has up to 64 KiB; what feeds send is under credit.
constexpr int answers_to_peer_max = 4'096;
constexpr int batches_to_peer_max = 100'000;
// About a tenth of a contended core: still more than single appends can outrun.
constexpr int upkeep_nice = 19;
constexpr std::uint64_t progress_every_events = 1'000'000;

struct Arguments {
  std::string data{};
  bool accept_clock{};  // start although the clock cannot be right by what is recorded
};

std::optional<Arguments> parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    if (word == "--accept-clock") {
      arguments.accept_clock = true;
    } else if (word == "--data" && i + 1 < count) {
      arguments.data = words[++i];
    } else {
      return std::nullopt;
    }
  }
  if (arguments.data.empty()) arguments.data = runtime::data_folder_in_environment();
  if (arguments.data.empty()) return std::nullopt;
  return arguments;
}

Result<Ed25519Key> signing_key(const runtime::DataFolder& folder) {
  const auto bytes = runtime::read_file(folder.signing_key_file());
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) {
    return failure(ErrorCode::not_found,
                   folder.signing_key_file().string() + " is missing. Say doorstep init");
  }
  return Ed25519Key::from_pem({reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()});
}

event_log::EventLog::Settings settings_of(const runtime::DataFolder& folder,
                                          const rocks::OpenedBlockStore& store) {
  event_log::EventLog::Settings settings{.identity = {.log = store.log, .epoch = store.epoch}};
  for (const runtime::Account& account : folder.accounts()) {
    settings.rights.allow(account.name, account.may_append);
    if (account.may_move_floor) settings.rights.allow_moving_the_floor(account.name);
    if (account.events_per_second > 0) {
      settings.rates.limit(account.name, account.events_per_second);
    }
  }
  if (const auto clock = folder.simulated_clock()) {
    settings.demonstration = DemonstrationMarked{.starts = clock->starts, .speed = clock->speed};
  }
  settings.progress = [told = std::uint64_t{0}](Position done, Position head) mutable {
    if (number(done) < told + progress_every_events) return;
    told = number(done);
    runtime::log_info("read " + std::to_string(told) + " of " + std::to_string(number(head)) +
                      " events");
  };
  settings.say = [](const std::string& line) { runtime::log_warning(line); };
  return settings;
}

Result<std::unique_ptr<net::Endpoint>> serve(net::Hub& hub, const runtime::DataFolder& folder,
                                             const std::string& name, const std::string& address,
                                             int to_peer_max) {
  const auto key = folder.key("log-server");
  if (!key) return std::unexpected(key.error());
  net::ServerOptions options{
      .name = name, .address = address, .keys = {key->public_key, key->secret_key}};
  options.to_peer_max = to_peer_max;
  for (const runtime::Account& account : folder.accounts()) {
    options.authorised.push_back({account.name, account.public_key});
  }
  return hub.serve(options);
}

// The feed's loop: ends when it is told to and its readers were told; a failure stops the process
// with an exit code.
void run_feed(event_log::FeedService& feeds, const Clock& clock, Waiter& waiter,
              runtime::Bell& bell, std::atomic<bool>& stop, std::atomic<int>& failed) {
  bool draining = false;
  Milliseconds drain_until{};
  while (true) {
    bell.clear();
    const Now now{clock.now(), clock.monotonic()};
    const auto work = feeds.step(now);
    if (!work) {
      runtime::log_error(work.error().message);
      failed = work.error().code == ErrorCode::damaged ? runtime::exit_damaged : 1;
      kill(getpid(), SIGTERM);  // ends the other loop too
      return;
    }
    if (stop && !draining) {
      draining = true;
      drain_until = now.monotonic + feed_drain_max;
      feeds.drain();
      continue;
    }
    if (draining && (feeds.drained() || now.monotonic >= drain_until)) {
      runtime::log_info("readers needed " + std::to_string(feeds.store_reads()) +
                        " blocks from the store, their filters " +
                        std::to_string(feeds.pages_asked()) + " pages of the index");
      return;
    }
    if (*work == Work::idle) waiter.wait(feed_wait_max);
  }
}

// Until it was told to stop and has drained.
void run_upkeep(event_log::Upkeep& upkeep, const Clock& clock, Waiter& waiter, runtime::Bell& bell,
                const std::atomic<bool>& stop, std::atomic<int>& failed) {
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), upkeep_nice));
  runtime::give_way();
  bool draining = false;
  while (!upkeep.drained()) {
    bell.clear();
    const auto work = upkeep.step({clock.now(), clock.monotonic()});
    if (!work) {
      runtime::log_error(work.error().message);
      failed = work.error().code == ErrorCode::damaged ? runtime::exit_damaged : 1;
      kill(getpid(), SIGTERM);  // ends the other loops too
      return;
    }
    if (stop && !draining) {
      draining = true;
      upkeep.drain();
      continue;
    }
    if (*work == Work::idle) waiter.wait(upkeep_wait_max);
  }
}

// What group commits came to: an operator sees whether the disk or the clients were waited for.
std::string told(const event_log::CommandService::BlockSizes& sizes) {
  std::string text = "blocks written, by their events:";
  std::uint64_t upto = 1;
  for (const std::uint64_t count : sizes) {
    text += (upto == 1 ? " " : ", ") + std::to_string(count) + " of up to " + std::to_string(upto);
    upto *= 4;
  }
  return text;
}

struct Sockets {
  net::Hub& hub;
  const net::Endpoint& cmd;
  const net::Endpoint& feed;
};
struct Bells {
  runtime::Bell cmd{};
  runtime::Bell feed{};
  runtime::Bell upkeep{};
};

// The clock's guard, with what is known of when this log last ran.
event_log::ClockGuard clock_guard(const runtime::DataFolder& folder, const Clock& county,
                                  const MachineClock& machine, bool accept) {
  // Each second a new one: its writer looks for those of the dead only here.
  runtime::remove_leftovers_beside(folder.clock_note_file());
  auto known = runtime::read_clock_note(folder.clock_note_file());
  if (!known) runtime::log_warning(known.error().message + "; it is written anew");
  const auto simulated = folder.simulated_clock();
  const auto keep = [file = folder.clock_note_file()](const runtime::ClockNote& note) {
    // A full disk is said by whoever writes what must not be lost.
    static_cast<void>(runtime::write_clock_note(file, note));
  };
  return {{.county = county,
           .machine = machine,
           .keep = keep,
           .say = [](const std::string& line) { runtime::log_warning(line); }},
          {.known = known ? *known : std::nullopt,
           .is_simulated = simulated.has_value(),
           .accept = accept,
           .limits = limits_at_speed(simulated ? simulated->speed : 1)}};
}

// Three loops: commands on this thread, feeds and upkeep beside it. Until it is told to stop; the
// exit code.
int serve_until_stopped(event_log::EventLog& log, event_log::ClockGuard& guard,
                        const Sockets& sockets, const Clock& clock, Bells& bells,
                        runtime::StopSignal& stop_signal) {
  const auto cmd_waiter = sockets.hub.waiter({&sockets.cmd}, {bells.cmd.fd(), stop_signal.fd()});
  const auto feed_waiter = sockets.hub.waiter({&sockets.feed}, {bells.feed.fd()});
  const auto upkeep_waiter = sockets.hub.waiter({}, {bells.upkeep.fd()});
  std::atomic<bool> stop{false};
  std::atomic<bool> no_more_blocks{false};
  std::atomic<int> failed{0};
  std::thread feeding{
      [&] { run_feed(log.feeds(), clock, *feed_waiter, bells.feed, stop, failed); }};
  std::thread keeping_up{[&] {
    run_upkeep(log.upkeep(), clock, *upkeep_waiter, bells.upkeep, no_more_blocks, failed);
  }};
  event_log::GuardedCommands commands{log.commands(), guard};
  const int code = runtime::run(commands, clock, *cmd_waiter, stop_signal, bells.cmd);
  // A write or fsync failed, or the stop took too long. What the disk holds is then anybody's
  // guess: nothing more is written, said or tidied up, and the next start trusts only what it can
  // check.
  if (code != 0) std::_Exit(guard.has_refused() ? runtime::exit_contradicted : code);
  stop = true;
  bells.feed.ring();
  no_more_blocks = true;
  bells.upkeep.ring();
  feeding.join();
  keeping_up.join();
  runtime::log_info(told(log.commands().block_sizes()));
  return failed != 0 ? failed.load() : code;
}

Result<int> run(const Arguments& arguments, runtime::StopSignal& stop_signal) {
  const auto folder = runtime::DataFolder::open(arguments.data);
  if (!folder) return std::unexpected(folder.error());
  const runtime::SystemClock clock{folder->simulated_clock()};
  runtime::SystemRandom random;
  auto key = signing_key(*folder);
  if (!key) return std::unexpected(key.error());

  Bells bells;
  auto store = rocks::open_block_store({.folder = folder->log_folder(),
                                        .log_if_new = LogId{random.uuid(clock.now())},
                                        .on_durable = [&bells] { bells.cmd.ring(); }});
  if (!store) return std::unexpected(store.error());
  runtime::report_fsync(folder->log_folder());
  runtime::FileSnapshot head_file{folder->head_file()};
  const event_log::NoteFiles notes{folder->head_file().parent_path()};
  auto index = rocks::open_index_store(folder->index_folder() / "pages");
  if (!index) return std::unexpected(index.error());
  if (!index->emptied.empty()) runtime::log_warning("the index was emptied: " + index->emptied);
  rocks::on_background_threads(runtime::give_way);
  runtime::FileSnapshot heads_file{folder->index_folder() / "heads"};
  auto hub = net::Hub::open(2);
  if (!hub) return std::unexpected(hub.error());
  (*hub)->on_stranger([](const std::string& server, const std::string& peer_key) {
    runtime::log_warning(runtime::stranger_words(server, peer_key));
  });
  auto cmd = serve(**hub, *folder, "log-cmd", folder->endpoints().log_cmd, answers_to_peer_max);
  if (!cmd) return std::unexpected(cmd.error());
  auto feed = serve(**hub, *folder, "log-feed", folder->endpoints().log_feed, batches_to_peer_max);
  if (!feed) return std::unexpected(feed.error());

  const runtime::SystemMachineClock machine;
  auto guard = clock_guard(*folder, clock, machine, arguments.accept_clock);
  auto settings = settings_of(*folder, *store);
  settings.check_clock = [&guard](std::optional<Instant> last) { return guard.start(last); };
  auto log = event_log::EventLog::open(
      {*store->store, head_file, **cmd, **feed, *index->store, heads_file, &notes}, std::move(*key),
      std::move(settings), clock.now());
  if (!log) return std::unexpected(log.error());
  (*log)->tail().listen([&bells] { bells.feed.ring(); });
  runtime::log_info("serving " + std::to_string(number((*log)->tail().head())) + " events at " +
                    (*cmd)->address() + " and " + (*feed)->address());
  return serve_until_stopped(**log, guard, {**hub, **cmd, **feed}, clock, bells, stop_signal);
}

}  // namespace

int main(int count, char** arguments) {
  const auto understood = parse(count, arguments);
  if (!understood) {
    std::fputs("usage: doorstep-event-log --data DIR [--accept-clock]\n", stderr);
    return runtime::exit_usage;
  }
  return runtime::run_service("event-log",
                              [&](runtime::StopSignal& stop) { return run(*understood, stop); });
}
