#include "common/runtime/folder_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "common/runtime/durable_file.h"

namespace doorstep::runtime {
namespace {

constexpr int looks_for_a_name_max = 100;
constexpr std::chrono::milliseconds look_every{2};

std::filesystem::path lock_file(const std::filesystem::path& data) {
  return data / "run" / "up.lock";
}

// Of the open file, not of the process: whoever looks by another descriptor neither gets it nor
// lets go of it.
struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

// The file holds "PID COMMAND"; a holder of an earlier version wrote "PID" and was `up`.
LockHolder holder_in(int fd) {
  char text[64]{};
  const auto length = pread(fd, text, sizeof text - 1, 0);
  if (length <= 0) return {};
  LockHolder holder{.command = "up"};
  const char* const end = text + length;
  const auto read = std::from_chars(static_cast<const char*>(text), end, holder.pid);
  std::string rest{read.ptr, end};
  while (rest.ends_with('\n')) rest.pop_back();
  if (rest.starts_with(' ')) holder.command = rest.substr(1);
  return holder;
}

// One that has just taken the lock says who it is within moments.
LockHolder named_holder_in(int fd) {
  LockHolder holder = holder_in(fd);
  for (int looks = 0; holder.pid == 0 && looks < looks_for_a_name_max; ++looks) {
    std::this_thread::sleep_for(look_every);
    holder = holder_in(fd);
  }
  return holder;
}

std::string words_of(const LockHolder& holder, const std::filesystem::path& data) {
  const std::string who =
      holder.pid > 0 ? " (process " + std::to_string(holder.pid) + ")" : std::string{};
  if (holder.command == "up") {
    return "`doorstep up` already runs on " + data.string() + who +
           ": stop it first, or give another --data";
  }
  if (holder.command.empty()) {
    return "another command of doorstep is changing " + data.string() + ": try again";
  }
  return "`doorstep " + holder.command + "` is changing " + data.string() + who +
         ": wait until it has ended, or give another --data";
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& data, const std::string& command) {
  const auto file = lock_file(data);
  if (auto made = make_folder(file.parent_path()); !made) return std::unexpected(made.error());
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return failure(ErrorCode::io, "open " + file.string() + ": " + strerror(errno));
  auto wanted = whole_file();
  if (fcntl(fd, F_OFD_SETLK, &wanted) != 0) {
    const int error = errno;
    const bool is_held = error == EAGAIN || error == EACCES;
    auto words = is_held ? words_of(named_holder_in(fd), data)
                         : "lock " + file.string() + ": " + strerror(error);
    close(fd);
    return failure(is_held ? ErrorCode::conflict : ErrorCode::io, std::move(words));
  }
  FolderLock lock{fd};
  const std::string text = std::to_string(getpid()) + " " + command + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text.data(), text.size(), 0) < 0) {
    const int error = errno;
    return failure(ErrorCode::io, "write " + file.string() + ": " + strerror(error) +
                                      (error == ENOSPC ? "; free some disk space" : ""));
  }
  return lock;
}

FolderLock::~FolderLock() {
  if (fd_ < 0) return;
  static_cast<void>(ftruncate(fd_, 0) == 0);  // the next one's waiters are not told of this one
  close(fd_);
}

std::optional<LockHolder> holder_of(const std::filesystem::path& data) {
  const int fd = open(lock_file(data).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  auto seen = whole_file();
  const bool is_held = fcntl(fd, F_OFD_GETLK, &seen) == 0 && seen.l_type != F_UNLCK;
  auto holder = is_held ? std::optional{holder_in(fd)} : std::nullopt;
  close(fd);
  return holder;
}

}  // namespace doorstep::runtime
