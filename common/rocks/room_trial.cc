#include "common/rocks/room_trial.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace doorstep::rocks {
namespace {

// Several times what an opening writes: its options twice, a manifest, names.
constexpr std::size_t room_bytes = 512 * 1024;
constexpr mode_t own_only = 0600;

// 0, or errno.
int write_synced(int fd, const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t written = write(fd, bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    at += static_cast<std::size_t>(written);
  }
  return fsync(fd) == 0 ? 0 : errno;
}

}  // namespace

Outcome try_room(const std::filesystem::path& folder) {
  const std::string path = (folder / "room").string();
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, own_only);
  int error = fd < 0 ? errno : write_synced(fd, std::string(room_bytes, '\0'));
  if (fd >= 0 && close(fd) != 0 && error == 0) error = errno;
  unlink(path.c_str());
  if (error == 0) return {};
  return failure(ErrorCode::io,
                 "write into " + folder.string() + ": " + std::generic_category().message(error));
}

}  // namespace doorstep::rocks
