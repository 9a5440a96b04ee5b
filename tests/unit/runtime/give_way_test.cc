#include "common/runtime/give_way.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <thread>

namespace doorstep::runtime {
namespace {

// At its place in the kernel's struct: sched_setattr(2).
std::uint64_t turn_ns() {
  std::array<std::byte, 48> attributes{};
  EXPECT_EQ(syscall(SYS_sched_getattr, 0, attributes.data(), attributes.size(), 0), 0);
  std::uint64_t runtime = 0;
  std::memcpy(&runtime, attributes.data() + 24, sizeof runtime);
  return runtime;
}

TEST(GiveWay, turns_are_the_longest_there_are_and_priority_stays) {
  std::thread{[] {
    ASSERT_EQ(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5), 0);
    const std::uint64_t before = turn_ns();
    if (before == 0) GTEST_SKIP() << "SKIPPED: Linux before 6.12 has no such setting";
    give_way();
    EXPECT_GT(turn_ns(), before);
    EXPECT_EQ(turn_ns(), 100'000'000u);
    EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())), 5);
  }}.join();
}

}  // namespace
}  // namespace doorstep::runtime
