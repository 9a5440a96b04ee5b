#include "clients/cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "common/domain/letter.h"

namespace doorstep::cli {
namespace {

// One process has one stdout. 0, or the errno of the first write that failed: after it nothing is
// written there, so that what is there is a beginning of what was to be said.
std::atomic<int> stdout_error{};
std::atomic<int> stderr_error{};

// 0, or errno.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // somebody else's terminal or pipe, which does not wait
      pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

std::string shown(std::string_view lines) {
  std::string text;
  text.reserve(lines.size() + 1);
  while (true) {
    const std::size_t end = lines.find('\n');
    text += visible(lines.substr(0, end));
    text += '\n';
    if (end == std::string_view::npos) return text;
    lines.remove_prefix(end + 1);
  }
}

void write_told(const std::string& text) {
  const int error = write_all(STDERR_FILENO, text);
  if (error != 0 && error != EPIPE && error != EBADF) stderr_error = error;
}

bool write_printed(const std::string& text) {
  if (stdout_error != 0) return false;
  stdout_error = write_all(STDOUT_FILENO, text);
  return stdout_error == 0;
}

}  // namespace

void begin_output() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // Takes the lowest number, which is this one. Opened the wrong way round: using it is an error.
    static_cast<void>(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

void tell(std::string_view line) { write_told(visible(line) + '\n'); }

void tell_lines(std::string_view lines) { write_told(shown(lines)); }

bool print(std::string_view line) { return write_printed(visible(line) + '\n'); }

bool print_lines(std::string_view lines) { return write_printed(shown(lines)); }

bool acknowledge(std::string_view line, std::string_view told) {
  if (print(line)) return true;
  tell("this was done, and could not be printed: " + std::string{told.empty() ? line : told});
  return false;
}

OutputEnd end_output() {
  // Some file systems say only when it is closed that there was no room.
  const int copy = dup(STDOUT_FILENO);
  if (copy >= 0 && close(copy) != 0 && stdout_error == 0) stdout_error = errno;
  const int error = stdout_error;
  return {.failed = error == EPIPE ? 0 : error, .stderr_failed = stderr_error != 0};
}

}  // namespace doorstep::cli
