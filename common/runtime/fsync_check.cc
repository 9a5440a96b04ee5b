#include "common/runtime/fsync_check.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "common/runtime/logging.h"

namespace doorstep::runtime {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr int writes_max = 100;
constexpr std::chrono::milliseconds time_max{250};
constexpr std::size_t write_bytes = 4096;

std::unexpected<Error> cannot(const std::filesystem::path& folder) {
  return failure(ErrorCode::io,
                 "measure fsync in " + folder.string() + ": " + std::strerror(errno));
}

bool is_in_memory(int fd) {
  struct statfs about{};
  if (fstatfs(fd, &about) != 0) return false;
  return about.f_type == TMPFS_MAGIC || about.f_type == RAMFS_MAGIC;
}

Result<std::vector<microseconds>> time_writes(int fd, const std::filesystem::path& folder) {
  std::array<char, write_bytes> bytes{};
  std::vector<microseconds> times;
  const auto start = Clock::now();
  while (times.size() < writes_max && Clock::now() - start < time_max) {
    bytes.fill(static_cast<char>(times.size()));
    const auto before = Clock::now();
    const auto offset = static_cast<off_t>(times.size() * write_bytes);
    if (pwrite(fd, bytes.data(), bytes.size(), offset) != static_cast<ssize_t>(bytes.size()) ||
        fdatasync(fd) != 0) {
      return cannot(folder);
    }
    times.push_back(std::chrono::duration_cast<microseconds>(Clock::now() - before));
  }
  return times;
}

}  // namespace

Result<FsyncTimes> measure_fsync(const std::filesystem::path& folder) {
  std::string name = (folder / ".fsync-check-XXXXXX").string();
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return cannot(folder);
  unlink(name.c_str());
  FsyncTimes found{.is_in_memory = is_in_memory(fd)};
  auto times = time_writes(fd, folder);
  close(fd);
  if (!times) return std::unexpected(times.error());
  std::ranges::sort(*times);
  found.writes = static_cast<int>(times->size());
  found.p50 = (*times)[times->size() / 2];
  found.p99 = (*times)[times->size() * 99 / 100];
  return found;
}

void report_fsync(const std::filesystem::path& folder) {
  const auto found = measure_fsync(folder);
  if (!found) {
    log_warning(found.error().message);
    return;
  }
  const std::string measured = std::to_string(found->writes) + " synced writes of 4 KiB: p50 " +
                               std::to_string(found->p50.count()) + " us, p99 " +
                               std::to_string(found->p99.count()) + " us";
  if (!found->is_implausible()) {
    log_info(measured);
    return;
  }
  log_warning(measured + ". " + folder.string() +
              (found->is_in_memory ? " is in memory" : " is faster than any disk can be") +
              ": what is acknowledged here may be LOST when the power fails. Put the data folder "
              "on a disk that keeps what it has acknowledged, and switch its volatile write cache "
              "off if it has one");
}

}  // namespace doorstep::runtime
