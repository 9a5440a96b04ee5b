#include "common/runtime/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "common/runtime/logging.h"

namespace doorstep::runtime {
namespace {

// Sockets that ZeroMQ opens anew, files of a snapshot, and 64 connections that are turned away.
constexpr std::uint64_t reserve = 192;

std::uint64_t descriptor_limit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1'024;
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  std::filesystem::directory_iterator at{"/proc/self/fd", error};
  for (; !error && at != std::filesystem::directory_iterator{}; at.increment(error)) ++count;
  return count;
}

}  // namespace

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return descriptor_limit();
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));  // else it stays as it was
  return descriptor_limit();
}

std::size_t connections_that_fit(std::size_t wanted, std::uint64_t limit, std::uint64_t open_now) {
  const std::uint64_t free = limit > open_now ? limit - open_now : 0;
  const std::uint64_t room = free - std::min(reserve, free / 2);
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(room, 1, wanted));
}

std::size_t connections_that_fit(std::size_t wanted) {
  const std::uint64_t limit = descriptor_limit();
  const std::size_t fit = connections_that_fit(wanted, limit, open_descriptors());
  if (fit < wanted) {
    log_warning("only " + std::to_string(limit) + " files may be open at once, so at most " +
                std::to_string(fit) + " connections are taken instead of " +
                std::to_string(wanted) + ": raise the hard limit (ulimit -Hn, or LimitNOFILE= of " +
                "a systemd unit)");
  }
  return fit;
}

}  // namespace doorstep::runtime
