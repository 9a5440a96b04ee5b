// What intake has acknowledged, on disk before anything more is sent: the witness that tests hold
// against the log. Several threads share it; those who wait at the same time share one fsync.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "common/domain/result.h"

namespace doorstep::cli {

class AckFile {
 public:
  // Adds to a file that is there. io: it cannot be opened.
  [[nodiscard]] static Result<std::unique_ptr<AckFile>> open(const std::filesystem::path& path);
  ~AckFile();
  AckFile(const AckFile&) = delete;
  AckFile& operator=(const AckFile&) = delete;

  // Returns once the line is on disk. io: it never will be. Any thread.
  [[nodiscard]] Outcome write(std::string_view line);

 private:
  explicit AckFile(int fd) : fd_{fd} {}
  void sync(std::unique_lock<std::mutex>& lock);
  int fd_{-1};
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::string waiting_{};
  std::uint64_t taken_{};   // lines given so far
  std::uint64_t synced_{};  // of them on disk
  bool is_syncing_{};
  int failed_{};  // errno; 0: all is well
};

}  // namespace doorstep::cli
