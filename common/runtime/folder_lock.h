// Who may change a data folder: whoever holds its lock, from before the first file is written. One
// process at a time; the operating system lets go of the lock when the process dies.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/domain/result.h"

namespace doorstep::runtime {

class FolderLock {
 public:
  // Makes the folder, with mode 0700, where it is missing. `command` is what others are told:
  // "up". conflict: another process holds it; says which, and what it does.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& data,
                                               const std::string& command);
  FolderLock(FolderLock&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_{fd} {}
  int fd_{-1};
};

struct LockHolder {
  int pid{};  // 0: it has not said so yet
  std::string command{};
};
// nullopt: nobody. Looks without taking the lock, even for a moment.
[[nodiscard]] std::optional<LockHolder> holder_of(const std::filesystem::path& data);

}  // namespace doorstep::runtime
