// How fast the disk says that bytes are safe. A log that promises "on disk" must know when a file
// system in memory, or a disk that lies, answers for it. Errors are values; any thread.
#pragma once

#include <chrono>
#include <filesystem>

#include "common/domain/result.h"

namespace doorstep::runtime {

struct FsyncTimes {
  int writes{};
  std::chrono::microseconds p50{};
  std::chrono::microseconds p99{};
  bool is_in_memory{};  // the file system says so itself

  // No disk that keeps bytes without power is known to be this fast.
  [[nodiscard]] bool is_implausible() const {
    return is_in_memory || p50 < std::chrono::microseconds{10};
  }
};

// Writes 4 KiB and calls fdatasync, up to 100 times, for a quarter of a second at most; the file
// has no name any more when this begins. io: it cannot write there.
[[nodiscard]] Result<FsyncTimes> measure_fsync(const std::filesystem::path& folder);

// Measures, and writes into the process's log what came out: loudly where it cannot be true.
void report_fsync(const std::filesystem::path& folder);

}  // namespace doorstep::runtime
