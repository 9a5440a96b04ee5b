#include "common/rocks/room_trial.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>

#include "common/rocks/rocks_block_store.h"

namespace doorstep::rocks {
namespace {

namespace fs = std::filesystem;

class RoomTrial : public testing::Test {
 protected:
  RoomTrial() {
    std::string name = (fs::temp_directory_path() / "doorstep-room-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~RoomTrial() override { fs::remove_all(folder_); }
  static std::ptrdiff_t files_in(const fs::path& folder) {
    return std::distance(fs::directory_iterator{folder}, fs::directory_iterator{});
  }

  fs::path folder_{};
};

// Files of this process may not grow beyond it: a disk that is full, without one.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : before_{std::signal(SIGXFSZ, SIG_IGN)} {
    getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit small{bytes, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int);
};

TEST_F(RoomTrial, says_why_there_is_no_room_and_leaves_nothing_behind) {
  EXPECT_TRUE(try_room(folder_));
  EXPECT_EQ(files_in(folder_), 0);
  {
    const SmallFiles small{64 * 1024};
    const Outcome tried = try_room(folder_);
    ASSERT_FALSE(tried);
    EXPECT_EQ(tried.error().code, ErrorCode::io);
    EXPECT_EQ(tried.error().message, "write into " + folder_.string() + ": File too large");
  }
  EXPECT_EQ(files_in(folder_), 0);
  EXPECT_FALSE(try_room(folder_ / "missing"));
}

TEST_F(RoomTrial, a_copy_that_cannot_begin_or_go_on_says_so_and_does_not_end_the_process) {
  const auto open = [&] {
    return open_block_store({.folder = folder_,
                             .log_if_new = LogId{{1, 2}},
                             .epoch = Epoch{1},
                             .disk_may_be_full = true});
  };
  {
    const SmallFiles small{8 * 1024};  // less than a database's own files
    const auto opened = open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::io);
  }
  auto opened = open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(fs::exists(folder_ / "LOG"));
  const SmallFiles small{64 * 1024};
  const auto bytes = std::make_shared<const Bytes>(200'000, std::byte{7});
  const Outcome written = opened->store->write_here({Position{1}, Position{1}, bytes});
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("File too large"), std::string::npos)
      << written.error().message;
  opened->store.reset();
}

}  // namespace
}  // namespace doorstep::rocks
