#include "clients/cli/ack_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace doorstep::cli {
namespace {

// 0, or errno.
int write_synced(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return fdatasync(fd) == 0 ? 0 : errno;
}

}  // namespace

Result<std::unique_ptr<AckFile>> AckFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return failure(ErrorCode::io, "open " + path.string() + ": " + strerror(errno));
  return std::unique_ptr<AckFile>{new AckFile{fd}};
}

AckFile::~AckFile() { close(fd_); }

Outcome AckFile::write(std::string_view line) {
  std::unique_lock lock{mutex_};
  waiting_.append(line).append("\n");
  const std::uint64_t mine = ++taken_;
  while (synced_ < mine && failed_ == 0) {
    if (is_syncing_) {
      changed_.wait(lock);
    } else {
      sync(lock);
    }
  }
  if (failed_ != 0) {
    return failure(ErrorCode::io,
                   std::string{"the acknowledgements cannot be written: "} + strerror(failed_));
  }
  return {};
}

void AckFile::sync(std::unique_lock<std::mutex>& lock) {
  is_syncing_ = true;
  const std::string lines = std::exchange(waiting_, {});
  const std::uint64_t upto = taken_;
  lock.unlock();
  const int error = write_synced(fd_, lines);
  lock.lock();
  is_syncing_ = false;
  if (failed_ == 0) failed_ = error;
  synced_ = upto;
  changed_.notify_all();
}

}  // namespace doorstep::cli
