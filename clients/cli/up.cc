#include "clients/cli/up.h"

#include <charconv>
#include <string>
#include <system_error>

#include "clients/cli/health.h"

namespace doorstep::cli {
namespace {

constexpr std::uint32_t speed_max = 86'400;

std::string said(const runtime::SimulatedClock& clock) {
  return "start=" + to_string(clock.starts) + ",speed=" + std::to_string(clock.speed);
}

// True once the log may hold events.
bool has_begun(const runtime::DataFolder& folder) {
  std::error_code ignored;
  const bool has_head = std::filesystem::exists(folder.head_file(), ignored);
  const bool has_log = std::filesystem::exists(folder.log_folder(), ignored) &&
                       !std::filesystem::is_empty(folder.log_folder(), ignored);
  return has_head || has_log;
}

}  // namespace

std::optional<int> running_supervisor(const runtime::DataFolder& folder) {
  const auto holder = runtime::holder_of(folder.path());
  if (!holder || holder->command != command_up) return std::nullopt;
  return holder->pid;
}

Result<WantedClock> parse_clock(std::string_view text) {
  const auto wrong = [&] {
    return failure(ErrorCode::invalid, "--clock " + std::string{text} +
                                           ": say start=2022-03-23T08:00+08:00,speed=600 (speed: 1 "
                                           "to 86400 simulated seconds in a real one)");
  };
  WantedClock clock{.speed = 1};
  bool has_start = false;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(part.size() == text.size() ? text.size() : part.size() + 1);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return wrong();
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "start") {
      const auto instant = parse_instant(value);
      if (!instant) return wrong();
      clock.starts = *instant;
      has_start = true;
    } else if (name == "speed") {
      const auto end = value.data() + value.size();
      const auto read = std::from_chars(value.data(), end, clock.speed);
      if (read.ec != std::errc{} || read.ptr != end) return wrong();
    } else {
      return wrong();
    }
  }
  if (!has_start || clock.speed < 1 || clock.speed > speed_max) return wrong();
  return clock;
}

Outcome settle_clock(runtime::DataFolder& folder, std::optional<WantedClock> wanted,
                     Instant real_now) {
  if (!wanted) return {};
  const auto present = folder.simulated_clock();
  if (present && present->starts == wanted->starts && present->speed == wanted->speed) return {};
  if (has_begun(folder)) {
    return failure(ErrorCode::conflict,
                   "the log of " + folder.path().string() + " was begun under " +
                       (present ? "the simulated clock " + said(*present) : "the real clock") +
                       ": leave --clock out to go on with it, or start a new --data folder");
  }
  return folder.set_simulated_clock(
      {.anchor = real_now, .starts = wanted->starts, .speed = wanted->speed});
}

Outcome check_ports(const runtime::DataFolder& folder) {
  for (const ServiceName& service : services) {
    for (const std::uint16_t port : ports_of(folder.endpoints(), service.name)) {
      if (is_free(port)) continue;
      return failure(ErrorCode::unavailable,
                     "port " + std::to_string(port) + " (" + std::string{service.name} +
                         ") is taken by another program: give another with --port P (P to P+4 are "
                         "used), or stop that program");
    }
  }
  return {};
}

}  // namespace doorstep::cli
