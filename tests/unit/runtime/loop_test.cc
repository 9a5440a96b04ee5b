#include "common/runtime/loop.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <functional>

#include "common/memory/manual_clock.h"

namespace doorstep::runtime {
namespace {

class ScriptedService final : public Service {
 public:
  explicit ScriptedService(std::function<Result<Work>(int)> script) : script_{std::move(script)} {}
  Result<Work> step(Now) override { return script_(++steps); }
  void drain() override { draining = true; }
  [[nodiscard]] bool drained() const override { return draining && steps >= drained_at_step; }

  int steps{};
  int drained_at_step{};
  bool draining{};

 private:
  std::function<Result<Work>(int)> script_;
};

// Waiting moves the clock, so that no test waits.
class ClockWaiter final : public Waiter {
 public:
  explicit ClockWaiter(memory::ManualClock& clock) : clock_{clock} {}
  void wait(Milliseconds max) override {
    ++waits;
    clock_.advance(max);
  }
  int waits{};

 private:
  memory::ManualClock& clock_;
};

struct Loops : testing::Test {
  StopSignal stop{};  // blocks the signals in this thread: raise() below leaves them pending
  Bell bell{};
  memory::ManualClock clock{Instant{1'000}};
  ClockWaiter waiter{clock};

  int run_service(Service& service) { return run(service, clock, waiter, stop, bell); }
};

TEST_F(Loops, a_service_steps_again_at_once_while_there_is_work_and_waits_when_there_is_none) {
  ScriptedService service{[](int step) -> Result<Work> {
    if (step == 6) raise(SIGTERM);
    return step < 5 ? Work::done : Work::idle;
  }};
  EXPECT_EQ(run_service(service), 0);
  EXPECT_EQ(waiter.waits, 1);  // after the fifth step
}

TEST_F(Loops, a_stop_drains_first) {
  ScriptedService service{[](int step) -> Result<Work> {
    if (step == 1) raise(SIGINT);
    return Work::idle;
  }};
  service.drained_at_step = 10;
  EXPECT_EQ(run_service(service), 0);
  EXPECT_TRUE(service.draining);
  EXPECT_EQ(service.steps, 10);
}

TEST_F(Loops, a_service_that_does_not_drain_is_left_after_the_deadline) {
  ScriptedService service{[](int step) -> Result<Work> {
    if (step == 1) raise(SIGTERM);
    return Work::idle;
  }};
  service.drained_at_step = 1'000'000;
  const Milliseconds start = clock.monotonic();
  EXPECT_EQ(run_service(service), 1);
  EXPECT_GE(clock.monotonic() - start, LoopLimits{}.drain_max);
  EXPECT_LT(clock.monotonic() - start, LoopLimits{}.drain_max + Milliseconds{1'000});
}

TEST_F(Loops, an_error_ends_the_process_at_once) {
  ScriptedService service{[](int step) -> Result<Work> {
    if (step == 3) return failure(ErrorCode::damaged, "the log is damaged");
    return Work::done;
  }};
  EXPECT_EQ(run_service(service), 1);
  EXPECT_EQ(service.steps, 3);
}

TEST_F(Loops, a_bell_stays_rung_until_it_is_cleared) {
  fd_set readable{};
  const auto is_rung = [&] {
    FD_ZERO(&readable);
    FD_SET(bell.fd(), &readable);
    timeval none{};
    return select(bell.fd() + 1, &readable, nullptr, nullptr, &none) == 1;
  };
  EXPECT_FALSE(is_rung());
  bell.ring();
  bell.ring();
  EXPECT_TRUE(is_rung());
  bell.clear();
  EXPECT_FALSE(is_rung());
  bell.clear();
}

}  // namespace
}  // namespace doorstep::runtime
