#include "clients/cli/up.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

#include "clients/cli/health.h"

namespace doorstep::cli {
namespace {

constexpr std::uint32_t speed_max = 86'400;

std::filesystem::path lock_file(const std::filesystem::path& run_folder) {
  return run_folder / "up.lock";
}

int pid_in(int fd) {
  char digits[16]{};
  const auto length = pread(fd, digits, sizeof digits - 1, 0);
  int pid = 0;
  if (length > 0) std::from_chars(digits, digits + length, pid);
  return pid;
}

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

Result<FolderLock> FolderLock::take(const std::filesystem::path& run_folder) {
  std::error_code made;
  std::filesystem::create_directories(run_folder, made);
  const auto file = lock_file(run_folder);
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return failure(ErrorCode::io, "open " + file.string() + ": " + strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int holder = pid_in(fd);
    close(fd);
    return failure(ErrorCode::conflict, "`doorstep up` already runs on this data folder (process " +
                                            std::to_string(holder) +
                                            "): stop it first, or give another --data");
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    const int error = errno;
    close(fd);
    return failure(ErrorCode::io, "write " + file.string() + ": " + strerror(error) +
                                      (error == ENOSPC ? "; free some disk space" : ""));
  }
  return FolderLock{fd};
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

std::optional<int> running_supervisor(const std::filesystem::path& run_folder) {
  const int fd = open(lock_file(run_folder).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const bool is_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
  const int pid = pid_in(fd);
  close(fd);
  return is_free ? std::nullopt : std::optional{pid};
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
