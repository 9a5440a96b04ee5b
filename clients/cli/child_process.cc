#include "clients/cli/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace doorstep::cli {
namespace {

constexpr std::uintmax_t log_bytes_max = 32 * 1024 * 1024;

// Between fork and exec: only what is safe there. Never returns.
[[noreturn]] void become(const char* executable, char* const* arguments, int log_fd, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died in between
  setpgid(0, 0);  // Ctrl-C reaches the supervisor alone, which stops the others in order
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  const int empty = open("/dev/null", O_RDONLY);
  if (empty >= 0) dup2(empty, STDIN_FILENO);
  dup2(log_fd, STDOUT_FILENO);
  dup2(log_fd, STDERR_FILENO);
  execv(executable, arguments);
  const char complaint[] = "cannot be executed\n";
  if (write(STDERR_FILENO, complaint, sizeof complaint - 1) < 0) _exit(126);
  _exit(127);
}

}  // namespace

std::string to_string(const ProcessEnd& end) {
  if (end.exit_code >= 0) return "exit code " + std::to_string(end.exit_code);
  return std::string{"signal "} + std::to_string(end.signal) + " (" + strsignal(end.signal) + ")";
}

Result<ChildProcess> ChildProcess::start(const Program& program) {
  if (access(program.executable.c_str(), X_OK) != 0) {
    return failure(ErrorCode::not_found, "no program " + program.executable.string() +
                                             ": it belongs beside doorstep; build or install it");
  }
  std::error_code ignored;
  std::filesystem::create_directories(program.log_file.parent_path(), ignored);
  if (std::filesystem::file_size(program.log_file, ignored) > log_bytes_max && !ignored) {
    std::filesystem::rename(program.log_file, program.log_file.string() + ".1", ignored);
  }
  const int log_fd =
      open(program.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) {
    return failure(ErrorCode::io, "open " + program.log_file.string() + ": " + strerror(errno));
  }
  std::vector<std::string> words{program.executable.string()};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const int parent = getpid();
  const int pid = fork();
  if (pid == 0) become(program.executable.c_str(), arguments.data(), log_fd, parent);
  close(log_fd);
  if (pid < 0) {
    return failure(ErrorCode::io, "start " + program.name + ": " + strerror(errno));
  }
  return ChildProcess{pid};
}

std::optional<ProcessEnd> ChildProcess::ended() {
  if (end_) return end_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  end_ = WIFEXITED(status) ? ProcessEnd{WEXITSTATUS(status), 0} : ProcessEnd{-1, WTERMSIG(status)};
  return end_;
}

void ChildProcess::send_signal(int signal) const {
  if (!end_) kill(pid_, signal);
}

bool is_alive(int pid) { return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM); }

}  // namespace doorstep::cli
