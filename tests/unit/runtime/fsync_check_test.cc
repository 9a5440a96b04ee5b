#include "common/runtime/fsync_check.h"

#include <gtest/gtest.h>

namespace doorstep::runtime {
namespace {

TEST(FsyncCheck, a_folder_is_measured_and_nothing_is_left_in_it) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "fsync-check";
  std::filesystem::create_directories(folder);
  const auto found = measure_fsync(folder);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_GT(found->writes, 0);
  EXPECT_LE(found->writes, 100);
  EXPECT_LE(found->p50, found->p99);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(FsyncCheck, a_file_system_in_memory_is_implausible) {
  const std::filesystem::path memory{"/dev/shm"};
  if (!std::filesystem::is_directory(memory)) GTEST_SKIP() << "there is none here";
  const auto found = measure_fsync(memory);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_TRUE(found->is_implausible());
}

TEST(FsyncCheck, a_disk_is_plausible_and_one_that_answers_at_once_is_not) {
  using std::chrono::microseconds;
  EXPECT_FALSE((FsyncTimes{.writes = 100, .p50 = microseconds{40}, .p99 = microseconds{90}})
                   .is_implausible());
  EXPECT_TRUE((FsyncTimes{.writes = 100, .p50 = microseconds{2}, .p99 = microseconds{900}})
                  .is_implausible());
}

TEST(FsyncCheck, a_folder_that_cannot_be_written_to_is_an_error) {
  EXPECT_EQ(measure_fsync("/nonexistent").error().code, ErrorCode::io);
}

}  // namespace
}  // namespace doorstep::runtime
