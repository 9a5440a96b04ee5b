#include "common/rocks/table_trial.h"

#include <fcntl.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

namespace doorstep::rocks {
namespace {

namespace fs = std::filesystem;
using Tables = std::vector<std::string>;

// For one table. A child that hangs (memory of a process with threads is copied as it is, held
// locks too) must not hang a start.
constexpr unsigned seconds_max = 60;
constexpr int could_not_tell = 1;
constexpr int threw = 2;

Tables tables_of(const fs::path& folder) {
  Tables tables;
  std::error_code gone;
  for (fs::directory_iterator at{folder, gone}; !gone && at != fs::directory_iterator{};
       at.increment(gone)) {
    if (at->path().extension() == ".sst") tables.push_back(at->path().string());
  }
  std::ranges::sort(tables);
  return tables;
}

rocksdb::Options reading() {
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;
  rocksdb::Options options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::unexpected<Error> not_tried(const std::string& why) {
  return failure(ErrorCode::io, "try the tables of RocksDB in a child process: " + why);
}

// Says a byte for each table behind it. Nothing may leave it: what is up the stack is the parent's.
[[noreturn]] void try_all(const Tables& tables, int told) noexcept {
  static_cast<void>(prctl(PR_SET_PDEATHSIG, SIGKILL));
  constexpr rlimit no_core{0, 0};
  static_cast<void>(setrlimit(RLIMIT_CORE, &no_core));
  // What RocksDB says when it dies would be a line without time or service among a log's lines.
  if (const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) {
    static_cast<void>(dup2(nowhere, STDERR_FILENO));
  }
  static_cast<void>(signal(SIGALRM, SIG_DFL));
  sigset_t alarms{};
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  static_cast<void>(sigprocmask(SIG_UNBLOCK, &alarms, nullptr));
  try {
    const rocksdb::Options options = reading();
    for (const std::string& table : tables) {
      alarm(seconds_max);
      static_cast<void>(rocksdb::SstFileReader{options}.Open(table));
      if (write(told, "", 1) != 1) _exit(could_not_tell);
    }
  } catch (...) {
    _exit(threw);  // mostly for memory that no table needs
  }
  _exit(0);
}

std::size_t count_until_end(int told) {
  std::size_t count = 0;
  std::array<char, 4'096> bytes{};
  while (true) {
    const ssize_t read_now = read(told, bytes.data(), bytes.size());
    if (read_now > 0) count += static_cast<std::size_t>(read_now);
    if (read_now == 0 || (read_now < 0 && errno != EINTR)) return count;
  }
}

bool is_of_the_table(int signal) {
  return signal == SIGABRT || signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE ||
         signal == SIGILL;
}

// How a child that did not come to its end with `table` ended.
std::unexpected<Error> failed_with(const std::string& table, int ended) {
  const int signal = WIFSIGNALED(ended) ? WTERMSIG(ended) : 0;
  if (is_of_the_table(signal)) {
    return failure(ErrorCode::damaged, "RocksDB dies of its table " + table + " (signal " +
                                           std::to_string(signal) + ")");
  }
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == threw) {
    return failure(ErrorCode::damaged, "RocksDB cannot take its table " + table + " apart");
  }
  if (signal == SIGALRM) {
    return not_tried(table + " took longer than " + std::to_string(seconds_max) +
                     " s. Is the disk all right? Start again");
  }
  return not_tried(signal != 0 ? "signal " + std::to_string(signal) + " ended it at " + table
                               : "it could not report on " + table);
}

}  // namespace

Outcome try_tables(const fs::path& folder) {
  const Tables tables = tables_of(folder);
  if (tables.empty()) return {};
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return not_tried(std::generic_category().message(errno));
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    try_all(tables, ends[1]);
  }
  const int forked = errno;
  close(ends[1]);
  const std::size_t survived = child < 0 ? 0 : count_until_end(ends[0]);
  close(ends[0]);
  if (child < 0) return not_tried(std::generic_category().message(forked));
  int ended = 0;
  while (waitpid(child, &ended, 0) < 0) {
    if (errno != EINTR) return not_tried(std::generic_category().message(errno));
  }
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return {};
  return failed_with(tables[std::min(survived, tables.size() - 1)], ended);
}

}  // namespace doorstep::rocks
