// A program that the supervisor started: it dies with the supervisor, writes to its own log file,
// and its end is a value. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/domain/result.h"

namespace doorstep::cli {

struct Program {
  std::string name{};
  std::filesystem::path executable{};
  std::vector<std::string> arguments{};
  std::filesystem::path log_file{};  // appended to; set aside as .1 when it has grown large
};

struct ProcessEnd {
  int exit_code{};  // -1: ended by a signal
  int signal{};
};
[[nodiscard]] std::string to_string(const ProcessEnd& end);

// Not owned like a handle: whoever drops one without stop() leaves the process running.
class ChildProcess {
 public:
  // not_found: no such program; io: the operating system refused.
  [[nodiscard]] static Result<ChildProcess> start(const Program& program);

  [[nodiscard]] int pid() const { return pid_; }
  // Set once the process has ended. Never blocks.
  [[nodiscard]] std::optional<ProcessEnd> ended();
  void send_signal(int signal) const;  // nothing once it has ended

 private:
  explicit ChildProcess(int pid) : pid_{pid} {}
  int pid_{};
  std::optional<ProcessEnd> end_{};
};

[[nodiscard]] bool is_alive(int pid);

}  // namespace doorstep::cli
