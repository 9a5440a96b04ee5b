// Kills the log at every point of the I/O of a short life, then asks what is left: everything that
// was acknowledged is there, once, with equal bytes; positions are dense; the tree extends the
// signed head.
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>

#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/runtime/file_snapshot.h"
#include "services/event_log/recovery.h"
#include "services/event_log/signed_head.h"
#include "tests/faults/append_workload.h"

namespace doorstep::faults {
namespace {

using Acknowledgements = std::map<std::size_t, wire::Appended>;

// A kill leaves what the page cache has, so memory serves as a disk, and is faster.
std::filesystem::path scratch() {
  const std::filesystem::path memory{"/dev/shm"};
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

class Folder {
 public:
  Folder() {
    std::string name = (scratch() / "doorstep-kill-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path{};
};

struct Life {
  Acknowledgements acknowledged{};
  bool killed{};
  int code{};
};

enum class Planted : std::uint8_t {
  nothing,
  acknowledged_before_the_write,
  acknowledged_before_the_fsync
};

// One life of the driver, killed at `point`.
Life run_driver(const std::filesystem::path& folder, int point, Planted planted) {
  int ends[2]{};
  EXPECT_EQ(pipe(ends), 0);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);

  std::string program{APPEND_DRIVER};
  std::string path = folder.string();
  const bool early = planted == Planted::acknowledged_before_the_write;
  std::string flag{early ? "--acknowledge-early" : "--acknowledge-when-durable"};
  std::string preload{"LD_PRELOAD=" KILL_AT_LIBRARY};
  std::string kill_at = "KILL_AT=" + std::to_string(point);
  std::string sanitizer{"ASAN_OPTIONS=verify_asan_link_order=0"};
  char* const arguments[]{program.data(), path.data(), flag.data(), nullptr};
  std::string no_sync{"NO_WAL_SYNC=1"};
  const bool unsynced = planted == Planted::acknowledged_before_the_fsync;
  char* const environment[]{preload.data(), kill_at.data(), sanitizer.data(),
                            unsynced ? no_sync.data() : nullptr, nullptr};
  pid_t process{};
  EXPECT_EQ(posix_spawn(&process, program.c_str(), &actions, nullptr, arguments, environment), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);

  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(process, &status, 0);

  Life life{.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
            .code = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  std::istringstream lines{text};
  std::size_t index = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  while (lines >> index >> first >> last) {
    life.acknowledged[index] = {Position{first}, Position{last}};
  }
  return life;
}

std::string missing(std::size_t index, const char* what) {
  return "request " + std::to_string(index) + " was acknowledged and " + what;
}

// Its records, one after the other, with exactly the bytes that were sent.
std::string compare_events(const BlockStore& store, std::size_t index, const wire::Append& request,
                           const wire::Appended& appended) {
  Position at = appended.first;
  for (const Bytes& event : request.events) {
    const auto stored = store.read(at);
    if (!stored || !*stored) return missing(index, "cannot be read");
    const auto block = wire::Block::open(*(*stored)->bytes);
    if (!block) return missing(index, "is in a damaged block");
    const auto& record = block->records()[number(at) - number((*stored)->first)];
    if (!std::ranges::equal(record.event, event)) return missing(index, "has other bytes");
    at = next(at);
  }
  return at == next(appended.last) ? std::string{} : missing(index, "has another length");
}

// Empty: what is left is what was promised.
std::string problem_of(const std::filesystem::path& folder, const Acknowledgements& acknowledged) {
  if (acknowledged.empty() && !std::filesystem::exists(log_folder(folder))) return {};
  const auto opened = rocks::open_block_store({.folder = log_folder(folder)});
  if (!opened) return "the store does not open: " + opened.error().message;
  runtime::FileSnapshot file{head_file(folder)};
  event_log::SignedHead head{file, signing_key(), {opened->log, opened->epoch}};
  const auto checkpoint = head.read();
  if (!checkpoint) return "the signed head: " + checkpoint.error().message;
  const auto indexes = rocks::open_index_store(index_folder(folder));
  if (!indexes) return "the indexes do not open: " + indexes.error().message;
  const runtime::FileSnapshot heads{heads_file(folder)};
  const auto recovered = event_log::recover(
      {*opened->store, *indexes->store, heads, {opened->log, opened->epoch}}, *checkpoint);
  if (!recovered) return "the log does not open: " + recovered.error().message;

  const auto requests = workload();
  for (const auto& [index, appended] : acknowledged) {
    const auto known = recovered->state.append_ids.find(requests.at(index).append_id);
    if (!known) return missing(index, "is gone");
    if (known->first != appended.first || known->last != appended.last) {
      return missing(index, "is elsewhere");
    }
    auto problem = compare_events(*opened->store, index, requests[index], appended);
    if (!problem.empty()) return problem;
  }
  return {};
}

// A second life sends the same requests again: what was acknowledged stays where it was, nothing
// lands twice.
std::string problem_of_retries(const std::filesystem::path& folder, Acknowledgements acknowledged) {
  std::string problem;
  std::size_t events = 0;
  const auto requests = workload();
  const auto lived =
      live(folder, Acknowledge::when_durable, [&](std::size_t index, const wire::Appended& again) {
        const auto before = acknowledged.find(index);
        if (before != acknowledged.end() && before->second.first != again.first) {
          problem = missing(index, "landed twice");
        }
        acknowledged[index] = again;
        events += requests[index].events.size();
      });
  if (!lived) return "the second life: " + lived.error().message;
  if (!problem.empty()) return problem;
  const auto opened = rocks::open_block_store({.folder = log_folder(folder)});
  if (!opened) return "the store does not open again: " + opened.error().message;
  if (number(opened->store->durable().value_or(Position{})) != events) {
    return "the log has more or fewer events than were sent";
  }
  return {};
}

// Each n-th point is tried; DOORSTEP_SWEEP_STRIDE=1 tries all of them and takes a minute or two.
int stride() {
  const char* const given = std::getenv("DOORSTEP_SWEEP_STRIDE");
  return given == nullptr ? 4 : std::max(1, std::atoi(given));
}

constexpr int points_max = 20'000;

TEST(KillSweep, what_was_acknowledged_survives_a_kill_at_any_point) {
  int points = 0;
  std::size_t lives_with_acknowledgements = 0;
  for (int point = 0; point < points_max; point += stride(), ++points) {
    const Folder folder;
    const Life life = run_driver(folder.path, point, Planted::nothing);
    if (!life.killed) {
      EXPECT_EQ(life.code, 0) << "at point " << point;
      EXPECT_EQ(life.acknowledged.size(), workload().size());
      EXPECT_EQ(problem_of(folder.path, life.acknowledged), "");
      break;
    }
    if (!life.acknowledged.empty()) ++lives_with_acknowledgements;
    ASSERT_EQ(problem_of(folder.path, life.acknowledged), "") << "KILL_AT=" << point;
    ASSERT_EQ(problem_of_retries(folder.path, life.acknowledged), "") << "KILL_AT=" << point;
  }
  ASSERT_LT(points * stride(), points_max) << "the sweep must come to a life that ends by itself";
  EXPECT_GT(lives_with_acknowledgements, 5u) << "it must kill during appends, too";
  std::cout << "killed at " << points << " points of I/O\n";
}

TEST(KillSweep, a_kill_during_recovery_loses_nothing) {
  for (int point = 3; point < points_max; point += 5 * stride()) {
    const Folder folder;
    // A first life that dies somewhere in the middle of its appends.
    const Life first = run_driver(folder.path, 150 + point % 31, Planted::nothing);
    const Life second = run_driver(folder.path, point, Planted::nothing);
    Acknowledgements all = first.acknowledged;
    for (const auto& [index, appended] : second.acknowledged) {
      const auto before = all.find(index);
      if (before != all.end()) {
        ASSERT_EQ(before->second.first, appended.first) << "KILL_AT=" << point;
      }
      all[index] = appended;
    }
    ASSERT_EQ(problem_of(folder.path, all), "") << "KILL_AT=" << point;
    if (!second.killed) break;
  }
}

// The sweep is worth something only if it catches these.
bool is_caught(Planted planted) {
  for (int point = 0; point < points_max; point += 3) {
    const Folder folder;
    const Life life = run_driver(folder.path, point, planted);
    if (!life.killed) return false;
    if (!problem_of(folder.path, life.acknowledged).empty()) return true;
  }
  return false;
}

TEST(KillSweep, an_acknowledgement_before_the_write_is_caught) {
  EXPECT_TRUE(is_caught(Planted::acknowledged_before_the_write));
}

TEST(KillSweep, an_acknowledgement_before_the_fsync_is_caught) {
  EXPECT_TRUE(is_caught(Planted::acknowledged_before_the_fsync));
}

}  // namespace
}  // namespace doorstep::faults
