#include "clients/cli/ack_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace doorstep::cli {
namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
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
  while (synced_ < mine && !failed_) {
    if (is_syncing_) {
      changed_.wait(lock);
    } else {
      sync(lock);
    }
  }
  if (failed_) return failure(ErrorCode::io, "the acknowledgements cannot be written: disk full?");
  return {};
}

void AckFile::sync(std::unique_lock<std::mutex>& lock) {
  is_syncing_ = true;
  const std::string lines = std::exchange(waiting_, {});
  const std::uint64_t upto = taken_;
  lock.unlock();
  const bool is_on_disk = write_all(fd_, lines) && fdatasync(fd_) == 0;
  lock.lock();
  is_syncing_ = false;
  failed_ = failed_ || !is_on_disk;
  synced_ = upto;
  changed_.notify_all();
}

}  // namespace doorstep::cli
