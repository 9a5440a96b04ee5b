#include "common/rocks/background.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "common/rocks/rocks_block_store.h"

namespace doorstep::rocks {
namespace {

TEST(Background, every_thread_of_the_database_is_set_up_once) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "background";
  std::filesystem::remove_all(folder);
  const auto store = open_block_store({.folder = folder});
  ASSERT_TRUE(store.has_value()) << store.error().message;
  std::mutex mutex;
  std::condition_variable changed;
  std::multiset<std::string> names;
  on_background_threads([&] {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    const std::scoped_lock lock{mutex};
    names.insert(name.data());
    changed.notify_one();
  });
  std::unique_lock lock{mutex};
  changed.wait_for(lock, std::chrono::seconds{10}, [&] { return names.size() == 2; });
  EXPECT_EQ(names, (std::multiset<std::string>{"rocksdb:high", "rocksdb:low"}));
}

}  // namespace
}  // namespace doorstep::rocks
