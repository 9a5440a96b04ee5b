#include "common/runtime/durable_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "common/runtime/clock_file.h"
#include "common/runtime/folder_lock.h"

namespace doorstep::runtime {
namespace {

namespace fs = std::filesystem;

struct DurableFiles : testing::Test {
  fs::path folder{make_folder()};
  ~DurableFiles() override { fs::remove_all(folder); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "doorstep-files-XXXXXX").string();
    return mkdtemp(name.data());
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
  }
  // In a process of its own; its exit code.
  template <class Run>
  static int in_child(Run run) {
    const int pid = fork();
    if (pid == 0) _exit(run());
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(DurableFiles, two_names_for_one_file_are_never_the_same) {
  EXPECT_NE(temporary_beside(folder / "a"), temporary_beside(folder / "a"));
}

TEST_F(DurableFiles, two_processes_that_replace_one_file_both_succeed) {
  const auto replace_often = [&](char letter) {
    for (int i = 0; i < 300; ++i) {
      if (!replace_file(folder / "file", std::string(4'000, letter), 0600)) return 1;
    }
    return 0;
  };
  const int pid = fork();
  if (pid == 0) _exit(replace_often('a'));
  EXPECT_EQ(replace_often('b'), 0);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  const auto bytes = read_file(folder / "file");
  ASSERT_TRUE(bytes && *bytes);
  EXPECT_EQ((*bytes)->size(), 4'000U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(DurableFiles, what_a_dead_writer_left_goes_and_what_a_live_one_makes_stays) {
  fs::path dead;
  const int pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, nullptr, 0);
  dead = folder / ("file." + std::to_string(pid) + "-00.tmp");
  const fs::path alive = folder / ("file." + std::to_string(getppid()) + "-00.tmp");
  const fs::path of_another = folder / ("file2." + std::to_string(pid) + "-00.tmp");
  for (const auto& path : {dead, alive, of_another}) std::ofstream{path} << "half";
  ASSERT_TRUE(replace_file(folder / "file", "whole", 0600));
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(alive));
  EXPECT_TRUE(fs::exists(of_another));
}

TEST_F(DurableFiles, a_write_that_fails_leaves_nothing_beside_the_file) {
  fs::create_directories(folder / "file" / "full");
  EXPECT_FALSE(replace_file(folder / "file", "text", 0600));
  EXPECT_EQ(files(), 1U);
}

TEST_F(DurableFiles, one_process_holds_a_folder_and_the_other_is_told_which) {
  {
    const auto held = FolderLock::take(folder, "log restore");
    ASSERT_TRUE(held);
    EXPECT_EQ(in_child([&] {
                const auto second = FolderLock::take(folder, "init");
                const bool is_named =
                    !second && second.error().code == ErrorCode::conflict &&
                    second.error().message.find("log restore") != std::string::npos &&
                    second.error().message.find(std::to_string(getppid())) != std::string::npos;
                return is_named ? 0 : 1;
              }),
              0);
    ASSERT_TRUE(holder_of(folder));
    EXPECT_EQ(holder_of(folder)->pid, getpid());
    EXPECT_EQ(in_child([&] { return FolderLock::take(folder, "init") ? 1 : 0; }), 0)
        << "whoever looked has not let go of it";
  }
  EXPECT_FALSE(holder_of(folder));
  EXPECT_TRUE(FolderLock::take(folder, "init"));
}

TEST_F(DurableFiles, a_note_of_the_clocks_is_read_back_and_a_damaged_one_is_an_error) {
  const fs::path file = folder / "clock";
  EXPECT_FALSE(read_clock_note(file)->has_value());
  const ClockNote note{.time = {"boot", Milliseconds{123'456}, Instant{1'795'867'200'123}},
                       .step = ClockStep{Milliseconds{90'000}, Milliseconds{7}}};
  ASSERT_TRUE(write_clock_note(file, note));
  const auto read = read_clock_note(file);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->time.boot, "boot");
  EXPECT_EQ((*read)->time.since_boot, note.time.since_boot);
  EXPECT_EQ((*read)->time.wall, note.time.wall);
  ASSERT_TRUE((*read)->step);
  EXPECT_EQ((*read)->step->by, note.step->by);
  for (const char* content : {"", "{", "[]", "{\"boot\":7}", "{\"boot\":\"a\",\"wall\":\"x\"}"}) {
    std::ofstream{file} << content;
    ASSERT_FALSE(read_clock_note(file)) << content;
    EXPECT_EQ(read_clock_note(file).error().code, ErrorCode::damaged);
  }
}

}  // namespace
}  // namespace doorstep::runtime
