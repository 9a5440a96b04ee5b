#include "common/runtime/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace doorstep::runtime {

namespace {

namespace fs = std::filesystem;

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_{fd} {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> io_failure(const std::string& what, const fs::path& path) {
  return failure(ErrorCode::io, what + " " + path.string() + ": " + std::strerror(errno));
}

Outcome make_folders(const fs::path& path) {
  std::error_code unknown;  // what cannot be looked at is tried, and mkdir says why not
  if (path.empty() || fs::is_directory(path, unknown)) return {};
  if (const auto made = make_folders(path.parent_path()); !made) return made;
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return io_failure("make folder", path);
  return {};
}

Outcome write_all(int fd, BytesView bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_failure("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Outcome write_synced(const fs::path& path, BytesView bytes, mode_t mode) {
  const OpenFile file{open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (file.fd() < 0) return io_failure("open", path);
  // The mode of a file left behind by a crash, or cut by the umask, is set right.
  if (fchmod(file.fd(), mode) != 0) return io_failure("set the mode of", path);
  if (const auto written = write_all(file.fd(), bytes, path); !written) return written;
  if (fsync(file.fd()) != 0) return io_failure("fsync", path);
  return {};
}

}  // namespace

Outcome replace_file(const fs::path& path, BytesView bytes, mode_t mode) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  if (const auto made = make_folders(folder); !made) return made;
  fs::path temporary = path;
  temporary += ".tmp";
  if (const auto written = write_synced(temporary, bytes, mode); !written) return written;
  return rename_durably(temporary, path);
}

Outcome rename_durably(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return io_failure("rename to", to);
  const fs::path folder = to.has_parent_path() ? to.parent_path() : fs::path{"."};
  const OpenFile parent{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.fd() < 0) return io_failure("open", folder);
  if (fsync(parent.fd()) != 0) return io_failure("fsync", folder);
  return {};
}

Outcome replace_file(const fs::path& path, const std::string& text, mode_t mode) {
  return replace_file(path, std::as_bytes(std::span{text}), mode);
}

Result<std::optional<Bytes>> read_file(const fs::path& path) {
  const OpenFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd() < 0) {
    if (errno == ENOENT) return std::nullopt;
    return io_failure("open", path);
  }
  struct stat about{};
  if (fstat(file.fd(), &about) != 0) return io_failure("read", path);
  if (!S_ISREG(about.st_mode)) return failure(ErrorCode::io, path.string() + ": not a file");
  Bytes bytes(static_cast<std::size_t>(about.st_size));
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t taken = read(file.fd(), bytes.data() + at, bytes.size() - at);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return io_failure("read", path);
    if (taken == 0) break;
    at += static_cast<std::size_t>(taken);
  }
  bytes.resize(at);
  return bytes;
}

}  // namespace doorstep::runtime
