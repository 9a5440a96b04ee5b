// Ways to a real doorstep-event-log over CURVE, as a service has them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/runtime/data_folder.h"
#include "common/runtime/log_client.h"
#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"
#include "tests/bench/race/measure.h"

namespace doorstep::bench {

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().message);
  return std::move(*result);
}

// Several connections on one thread.
class Connections {
 public:
  Connections(const runtime::DataFolder& folder, const std::string& address, std::size_t count);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  [[nodiscard]] Messages& messages(std::size_t n) { return *endpoints_[n]; }
  [[nodiscard]] Now now() const { return {clock_.now(), clock_.monotonic()}; }
  void wait(Milliseconds max = Milliseconds{5}) { waiter_->wait(max); }
  // Waits for news on any of them and says on which. Edge-triggered: take all there is from a
  // connection, also after sending on it, before the next call. Our waiter asks every socket each
  // time, which 64 clients in 64 processes would not do.
  [[nodiscard]] const std::vector<std::size_t>& wait_for_news(Milliseconds max);

 private:
  runtime::SystemClock clock_{};
  std::unique_ptr<net::Hub> hub_;
  std::vector<std::unique_ptr<net::Endpoint>> endpoints_{};
  std::unique_ptr<Waiter> waiter_{};
  int epoll_{};
  std::vector<std::size_t> news_{};
};

// Waits until the log answers.
[[nodiscard]] wire::Described describe(const runtime::DataFolder& folder);

}  // namespace doorstep::bench
