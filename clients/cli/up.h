// What has to hold before the five are started on a data folder: nobody else runs there, its ports
// are free, and its clock is the one that its log was recorded under.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "common/domain/instant.h"
#include "common/domain/result.h"
#include "common/runtime/data_folder.h"

namespace doorstep::cli {

// Held as long as it lives; the operating system lets go of it when the process dies.
class FolderLock {
 public:
  // conflict: another `doorstep up` holds it, with its pid.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& run_folder);
  FolderLock(FolderLock&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_{fd} {}
  int fd_{-1};
};

// The pid of the `doorstep up` that holds the folder; nullopt: none.
[[nodiscard]] std::optional<int> running_supervisor(const std::filesystem::path& run_folder);

struct WantedClock {
  Instant starts{};
  std::uint32_t speed{};
};
// "start=2022-03-23T08:00+08:00,speed=600".
[[nodiscard]] Result<WantedClock> parse_clock(std::string_view text);

// Sets the folder's clock to `wanted`, or keeps the one it has: time goes on across restarts.
// conflict: the log has begun under another clock.
[[nodiscard]] Outcome settle_clock(runtime::DataFolder& folder, std::optional<WantedClock> wanted,
                                   Instant real_now);

// unavailable: names the port that somebody else holds.
[[nodiscard]] Outcome check_ports(const runtime::DataFolder& folder);

}  // namespace doorstep::cli
