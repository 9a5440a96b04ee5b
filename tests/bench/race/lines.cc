#include "tests/bench/race/lines.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>

namespace doorstep::bench {
namespace {

class Race {
 public:
  Race(std::vector<std::unique_ptr<Line>> lines, const Shape& shape)
      : lines_{std::move(lines)},
        shape_{shape},
        payloads_{lines_.size()},
        started_{lines_.size()},
        epoll_{epoll_create1(EPOLL_CLOEXEC)},
        meter_{shape} {
    for (std::uint32_t i = 0; i < lines_.size(); ++i) {
      epoll_event wanted{.events = EPOLLIN, .data = {.u32 = i}};
      must(epoll_ctl(epoll_, EPOLL_CTL_ADD, lines_[i]->fd(), &wanted) == 0, "epoll_ctl");
    }
  }
  ~Race() { close(epoll_); }
  Race(const Race&) = delete;
  Race& operator=(const Race&) = delete;

  Figures run() {
    for (std::size_t i = 0; i < lines_.size(); ++i) send(i, shape_.in_flight);
    std::array<epoll_event, 64> ready{};
    while (!meter_.all_answered()) {
      const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 10'000);
      if (count < 0 && errno == EINTR) continue;
      must(count > 0, "the peer has not answered for ten seconds");
      for (int i = 0; i < count; ++i) take(ready[static_cast<std::size_t>(i)].data.u32);
    }
    return meter_.figures();
  }

 private:
  void take(std::size_t line) {
    const std::size_t answers = lines_[line]->answers();
    for (std::size_t i = 0; i < answers; ++i) {
      meter_.answered(started_[line].front());
      started_[line].pop_front();
    }
    send(line, answers);
  }
  void send(std::size_t line, std::size_t requests) {
    if (requests == 0 || !meter_.more()) return;
    for (std::size_t i = 0; i < requests && meter_.more(); ++i) {
      meter_.sent();
      started_[line].push_back(now_seconds());
      lines_[line]->queue(payloads_.next(line, shape_.batch));
    }
    lines_[line]->flush();
  }

  std::vector<std::unique_ptr<Line>> lines_;
  Shape shape_;
  Payloads payloads_;
  std::vector<std::deque<double>> started_;
  int epoll_{};
  Meter meter_;  // last: its time starts when everything is ready
};

}  // namespace

Figures append_over(std::vector<std::unique_ptr<Line>> lines, const Shape& shape) {
  return Race{std::move(lines), shape}.run();
}

}  // namespace doorstep::bench
