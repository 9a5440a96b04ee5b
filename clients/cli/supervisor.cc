#include "clients/cli/supervisor.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <tuple>

#include "clients/cli/command.h"
#include "clients/cli/health.h"
#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds backoff_first{100};
constexpr Milliseconds backoff_max{5'000};
constexpr Milliseconds settled_after{10'000};  // alive for so long: the next death is a new story
constexpr Milliseconds look_every{50};
constexpr Milliseconds probe_patience{1'000};
constexpr Milliseconds remind_every{10'000};
constexpr Milliseconds drain_max{15'000};
constexpr int deaths_at_start_max = 5;
constexpr const char* accept_clock_option = "--accept-clock";  // of the log, the first service

// Intake first, so that nothing new comes in; the log last, so that all that was accepted lands.
constexpr std::array<std::string_view, 6> stop_order{"log-cosign", "intake",      "assignment",
                                                     "reporting",  "aggregation", "event-log"};

std::string last_line(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::string line;
  std::string last;
  while (std::getline(in, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

struct Supervisor::Service {
  ServiceName name{};
  Program program{};
  std::optional<ChildProcess> process{};
  Milliseconds started{};
  Milliseconds start_again_at{};
  Milliseconds backoff{backoff_first};
  int deaths{};  // since it last settled
  bool pid_is_written{};
};

Supervisor::Supervisor(const runtime::DataFolder& folder, std::filesystem::path programs,
                       const Clock& clock, runtime::StopSignal& stop)
    : folder_{folder}, programs_{std::move(programs)}, clock_{clock}, stop_{stop} {
  for (const ServiceName& name : services) {
    Service service{.name = name};
    service.program = {std::string{name.name},
                       programs_ / name.program,
                       {"--data", folder_.path().string()},
                       folder_.logs_folder() / (std::string{name.name} + ".log")};
    running_.push_back(std::move(service));
  }
  // Where witnesses are named: this very program, as a client of the log.
  std::error_code unknown;
  if (!std::filesystem::exists(folder_.witness_policy_file(), unknown)) return;
  Service offers{.name = {"log-cosign", "doorstep"}};
  offers.program = {"log-cosign",
                    programs_ / "doorstep",
                    {"log", "cosign", "--data", folder_.path().string()},
                    folder_.logs_folder() / "log-cosign.log"};
  running_.push_back(std::move(offers));
}

Supervisor::~Supervisor() { stop_all(); }

void Supervisor::pause(Milliseconds time) {
  pollfd stop{.fd = stop_.fd(), .events = POLLIN, .revents = 0};
  poll(&stop, 1, static_cast<int>(time.count()));
}

Outcome Supervisor::start_service(Service& service) {
  auto process = ChildProcess::start(service.program);
  if (!process) return std::unexpected(process.error());
  service.process = std::move(*process);
  service.started = clock_.monotonic();
  return write_pid(service);
}

// Where the disk is full the service goes on and its number is written later.
Outcome Supervisor::write_pid(Service& service) {
  const auto pid_file = folder_.run_folder() / (service.program.name + ".pid");
  Outcome written =
      runtime::replace_file(pid_file, std::to_string(service.process->pid()) + "\n", 0600);
  service.pid_is_written = written.has_value();
  return written;
}

void Supervisor::accept_clock() {
  running_.front().program.arguments.emplace_back(accept_clock_option);
}

Outcome Supervisor::start() {
  for (Service& service : running_) {
    if (Outcome started = start_service(service); !started) return started;
    // The others need the log; among themselves they wait for each other.
    if (service.name.name != "event-log") continue;
    if (Outcome healthy = wait_until_healthy(service); !healthy) return healthy;
  }
  for (Service& service : running_) {
    if (Outcome healthy = wait_until_healthy(service); !healthy) return healthy;
  }
  return {};
}

Outcome Supervisor::wait_until_healthy(Service& service) {
  const Milliseconds start = clock_.monotonic();
  Milliseconds remind_at = start + remind_every;
  while (!is_healthy(folder_, service.name.name, probe_patience)) {
    if (stop_.asked()) {
      interrupted_ = true;
      return failure(ErrorCode::unavailable, "stopped before all services were up");
    }
    for (Service& each : running_) {
      if (Outcome cared = look_after(each); !cared) return cared;
      if (each.deaths >= deaths_at_start_max) {
        return failure(ErrorCode::unavailable,
                       each.program.name +
                           " does not stay up; its last word: " + last_line(each.program.log_file) +
                           " (" + each.program.log_file.string() + ")");
      }
    }
    if (clock_.monotonic() > remind_at) {
      tell("waiting for " + service.program.name + "; it writes to " +
           service.program.log_file.string());
      remind_at = clock_.monotonic() + remind_every;
    }
    pause(look_every);
  }
  return {};
}

std::optional<Error> Supervisor::why_not_again(const Service& service, int exit_code) const {
  if (exit_code != damaged_exit_code && exit_code != contradicted_exit_code) return std::nullopt;
  return Error{exit_code == damaged_exit_code ? ErrorCode::damaged : ErrorCode::conflict,
               service.program.name + " will not go on: " + last_line(service.program.log_file)};
}

Outcome Supervisor::look_after(Service& service) {
  const Milliseconds now = clock_.monotonic();
  if (service.process) {
    const auto end = service.process->ended();
    if (!end) {
      if (now - service.started > settled_after) {
        service.backoff = backoff_first;
        service.deaths = 0;
      }
      if (!service.pid_is_written) std::ignore = write_pid(service);
      return {};
    }
    service.process.reset();
    if (auto why = why_not_again(service, end->exit_code)) return std::unexpected(*std::move(why));
    ++service.deaths;
    service.start_again_at = now + service.backoff;
    const std::string word = end->exit_code > 0 ? ": " + last_line(service.program.log_file) : "";
    tell(service.program.name + " ended with " + to_string(*end) + word +
         "; starting it again, see " + service.program.log_file.string());
    service.backoff = std::min(service.backoff * 2, backoff_max);
    return {};
  }
  if (service.started == Milliseconds{} || now < service.start_again_at) return {};
  Outcome started = start_service(service);
  if (started || !service.process) return started;
  tell(started.error().message + "; " + service.program.name + " runs");
  return {};
}

Outcome Supervisor::keep() {
  while (!stop_.asked()) {
    for (Service& service : running_) {
      if (Outcome cared = look_after(service); !cared) return cared;
    }
    pause(look_every);
  }
  tell("stopping");
  stop_all();
  return {};
}

void Supervisor::stop_all() {
  for (const std::string_view name : stop_order) {
    const auto found =
        std::ranges::find(running_, name, [](const Service& s) { return s.name.name; });
    if (found == running_.end()) continue;
    Service& service = *found;
    if (service.process && !service.process->ended()) {
      service.process->send_signal(SIGTERM);
      const Milliseconds until = clock_.monotonic() + drain_max;
      while (!service.process->ended() && clock_.monotonic() < until) {
        poll(nullptr, 0, 10);  // the stop signal may be pending: pause() would not wait
      }
      if (!service.process->ended()) {
        tell(service.program.name + " did not stop in time and is ended");
        service.process->send_signal(SIGKILL);
        while (!service.process->ended()) poll(nullptr, 0, 10);
      }
    }
    service.process.reset();
    std::error_code ignored;
    std::filesystem::remove(folder_.run_folder() / (service.program.name + ".pid"), ignored);
  }
}

}  // namespace doorstep::cli
