// What every SnapshotFile promises, checked for the one in memory and for a real file.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "common/memory/memory_snapshot_file.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/file_snapshot.h"

namespace doorstep {
namespace {

namespace fs = std::filesystem;

Bytes bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

class World {
 public:
  virtual ~World() = default;
  virtual SnapshotFile& file() = 0;
  virtual void damage() = 0;
  virtual void remove() = 0;
};

class MemoryWorld final : public World {
 public:
  SnapshotFile& file() override { return file_; }
  void damage() override { file_.damage(); }
  void remove() override { file_.remove(); }

 private:
  memory::MemorySnapshotFile file_{};
};

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "doorstep-snapshot-XXXXXX").string();
  return mkdtemp(name.data());
}

class FileWorld final : public World {
 public:
  ~FileWorld() override { fs::remove_all(folder_); }
  SnapshotFile& file() override { return file_; }
  void damage() override {
    std::fstream stream{path_, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekg(-1, std::ios::end);
    const char last = static_cast<char>(stream.get());
    stream.seekp(-1, std::ios::end);
    stream.put(static_cast<char>(last ^ 1));
  }
  void remove() override { fs::remove(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path folder_{make_folder()};
  fs::path path_{folder_ / "snapshots" / "aggregation"};
  runtime::FileSnapshot file_{path_};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

struct SnapshotFileContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};
  SnapshotFile& file{world->file()};
};

TEST_P(SnapshotFileContract, at_first_there_is_none) { EXPECT_FALSE(file.read().value()); }

TEST_P(SnapshotFileContract, what_was_written_is_read) {
  ASSERT_TRUE(file.replace(bytes("state")));
  EXPECT_EQ(file.read().value(), bytes("state"));
}

TEST_P(SnapshotFileContract, the_last_one_written_counts_also_when_it_is_shorter_or_empty) {
  ASSERT_TRUE(file.replace(bytes("a long first state")));
  ASSERT_TRUE(file.replace(bytes("short")));
  EXPECT_EQ(file.read().value(), bytes("short"));
  ASSERT_TRUE(file.replace({}));
  EXPECT_EQ(file.read().value(), Bytes{});
}

TEST_P(SnapshotFileContract, a_damaged_one_is_known_for_one_and_can_be_replaced) {
  ASSERT_TRUE(file.replace(bytes("state")));
  world->damage();
  ASSERT_FALSE(file.read());
  EXPECT_EQ(file.read().error().code, ErrorCode::damaged);
  ASSERT_TRUE(file.replace(bytes("state")));
  EXPECT_TRUE(file.read());
}

TEST_P(SnapshotFileContract, one_that_was_removed_is_none) {
  ASSERT_TRUE(file.replace(bytes("state")));
  world->remove();
  EXPECT_FALSE(file.read().value());
}

TEST_P(SnapshotFileContract, a_large_one_is_read_whole) {
  Bytes large(5'000'000, std::byte{7});
  large[4'999'999] = std::byte{8};
  ASSERT_TRUE(file.replace(large));
  EXPECT_EQ(file.read().value(), large);
}

INSTANTIATE_TEST_SUITE_P(
    , SnapshotFileContract,
    testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                    Implementation{"file", [] { return std::make_unique<FileWorld>(); }}),
    [](const auto& tested) { return tested.param.name; });

TEST(FileSnapshots, a_file_cut_short_anywhere_is_damaged) {
  FileWorld world;
  ASSERT_TRUE(world.file().replace(bytes("a state of some length")));
  for (auto size = fs::file_size(world.path()); size-- > 0;) {
    fs::resize_file(world.path(), size);
    ASSERT_FALSE(world.file().read()) << size;
    EXPECT_EQ(world.file().read().error().code, ErrorCode::damaged) << size;
  }
}

TEST(FileSnapshots, a_temporary_file_that_a_crash_left_behind_changes_nothing) {
  FileWorld world;
  ASSERT_TRUE(world.file().replace(bytes("old")));
  std::ofstream{world.path().string() + ".tmp"} << "half a new st";
  EXPECT_EQ(world.file().read().value(), bytes("old"));
  ASSERT_TRUE(world.file().replace(bytes("new")));
  EXPECT_EQ(world.file().read().value(), bytes("new"));
  EXPECT_FALSE(fs::exists(world.path().string() + ".tmp"));
}

TEST(FileSnapshots, nobody_else_on_the_machine_can_read_it) {
  FileWorld world;
  ASSERT_TRUE(world.file().replace(bytes("state")));
  EXPECT_EQ(fs::status(world.path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(FileSnapshots, a_folder_that_cannot_be_written_is_an_error_that_names_the_file) {
  runtime::FileSnapshot file{"/proc/nowhere/snapshot"};
  const auto replaced = file.replace(bytes("x"));
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::io);
  EXPECT_NE(replaced.error().message.find("/proc/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace doorstep
