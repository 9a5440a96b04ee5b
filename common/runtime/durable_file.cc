#include "common/runtime/durable_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "common/runtime/system_random.h"

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

constexpr std::string_view temporary_ending = ".tmp";

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path{"."};
}

// The writer named in NAME.PID-CHANCE.tmp; nullopt: no such name. 0: NAME.tmp, of before.
std::optional<int> writer_of(std::string_view file) {
  if (!file.ends_with(temporary_ending)) return std::nullopt;
  file.remove_suffix(temporary_ending.size());
  const std::string_view last = file.substr(file.rfind('.') + 1);
  int pid = 0;
  const auto read = std::from_chars(last.data(), last.data() + last.size(), pid);
  const std::string_view rest{read.ptr, last.data() + last.size()};
  return read.ec == std::errc{} && pid > 0 && rest.starts_with('-') ? pid : 0;
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

enum class Synced : bool { no, yes };

Outcome write_new(const fs::path& path, BytesView bytes, mode_t mode, Synced synced) {
  const OpenFile file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (file.fd() < 0) return io_failure("open", path);
  // A mode cut by the umask is set right.
  if (fchmod(file.fd(), mode) != 0) return io_failure("set the mode of", path);
  if (const auto written = write_all(file.fd(), bytes, path); !written) return written;
  if (synced == Synced::yes && fsync(file.fd()) != 0) return io_failure("fsync", path);
  return {};
}

Outcome rename_at_once(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return io_failure("rename to", to);
  return {};
}

Outcome replace(const fs::path& path, BytesView bytes, mode_t mode, Synced synced) {
  if (const auto made = make_folder(folder_of(path)); !made) return made;
  const fs::path temporary = temporary_beside(path);
  Outcome done = write_new(temporary, bytes, mode, synced);
  if (done) {
    done =
        synced == Synced::yes ? rename_durably(temporary, path) : rename_at_once(temporary, path);
  }
  std::error_code gone;
  if (!done) fs::remove(temporary, gone);
  if (done && synced == Synced::yes) remove_leftovers_beside(path);
  return done;
}

}  // namespace

// NAME.PID-CHANCE.tmp says whose it is.
fs::path temporary_beside(const fs::path& path) {
  char chance[17]{};
  std::snprintf(chance, sizeof chance, "%016llx",
                static_cast<unsigned long long>(SystemRandom{}.next()));
  fs::path temporary = path;
  temporary += "." + std::to_string(getpid()) + "-" + chance;
  temporary += temporary_ending;
  return temporary;
}

void remove_leftovers_beside(const fs::path& path) {
  const std::string name = path.filename().string();
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator{folder_of(path), failed}) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with(name + ".")) continue;
    const auto writer = writer_of(file);
    const bool is_old = writer == 0 && file == name + std::string{temporary_ending};
    const bool is_dead = writer && *writer > 0 && kill(*writer, 0) != 0 && errno == ESRCH;
    if (is_old || is_dead) fs::remove(entry.path(), failed);
  }
}

Outcome make_folder(const fs::path& path) {
  std::error_code unknown;  // what cannot be looked at is tried, and mkdir says why not
  if (path.empty() || fs::is_directory(path, unknown)) return {};
  if (const auto made = make_folder(path.parent_path()); !made) return made;
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return io_failure("make folder", path);
  return {};
}

Outcome replace_file(const fs::path& path, BytesView bytes, mode_t mode) {
  return replace(path, bytes, mode, Synced::yes);
}

Outcome replace_file_unsynced(const fs::path& path, const std::string& text, mode_t mode) {
  return replace(path, std::as_bytes(std::span{text}), mode, Synced::no);
}

Outcome rename_durably(const fs::path& from, const fs::path& to) {
  if (auto renamed = rename_at_once(from, to); !renamed) return renamed;
  const fs::path folder = folder_of(to);
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
