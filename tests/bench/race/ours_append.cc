#include "tests/bench/race/ours_append.h"

#include <random>

#include "tests/bench/race/payload.h"

namespace doorstep::bench {
namespace {

class Appender {
 public:
  Appender(const runtime::DataFolder& folder, const Shape& shape, bool is_paced)
      : shape_{shape},
        is_paced_{is_paced},
        connections_{folder, folder.endpoints().log_cmd, shape.connections},
        payloads_{shape.connections},
        run_{std::random_device{}()},
        meter_{shape} {
    for (std::size_t i = 0; i < shape.connections; ++i) {
      clients_.push_back(std::make_unique<runtime::LogClient>(
          connections_.messages(i),
          runtime::LogClient::Limits{.in_flight_max = 100'000,
                                     .resend_after = Milliseconds{10'000}}));
    }
    connect();
    meter_ = Meter{shape};
  }

  Figures run() {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      for (std::size_t k = 0; k < shape_.in_flight && meter_.more(); ++k) send(i, now_seconds());
      take_all(i);
    }
    while (!meter_.all_answered()) step();
    return meter_.figures();
  }

  Figures run_paced(double rate) {
    const double pause = static_cast<double>(shape_.batch) / rate;
    double due = now_seconds();
    while (meter_.more() || !meter_.all_answered()) {
      for (; meter_.more() && due <= now_seconds(); due += pause) send(0, due);
      if (clients_[0]->step(connections_.now()) == Work::idle) connections_.wait(Milliseconds{1});
    }
    return meter_.figures();
  }

 private:
  // All handshakes are over before the first append.
  void connect() {
    std::size_t open = 0;
    for (auto& client : clients_) {
      client->describe([&open](std::expected<wire::Described, wire::Refused> said) {
        if (!said) give_up("describe: " + said.error().message);
        ++open;
      });
    }
    while (open < clients_.size()) step();
  }
  void step() {
    if (clients_.size() == 1) {
      if (clients_[0]->step(connections_.now()) == Work::idle) connections_.wait();
      return;
    }
    const auto& news = connections_.wait_for_news(Milliseconds{100});
    for (const std::size_t line : news) take_all(line);
    if (!news.empty()) return;
    for (std::size_t line = 0; line < clients_.size(); ++line) take_all(line);
  }
  void take_all(std::size_t line) {
    while (clients_[line]->step(connections_.now()) == Work::done) {
    }
  }
  void send(std::size_t line, double started) {
    wire::AppendView request;
    request.append_id = AppendId{
        {0x017f'b4a1'0000'7000 + (std::uint64_t{run_} << 16), 0xa000'0000'0000'0000 + ++requests_}};
    for (const Visit& visit : payloads_.next(line, shape_.batch)) {
      request.events.push_back(visit.bytes);
    }
    meter_.sent();
    clients_[line]->append(
        request, [this, line, started](std::expected<wire::Appended, wire::Refused> said) {
          if (!said) give_up("append: " + said.error().message);
          meter_.answered(started);
          if (!is_paced_ && meter_.more()) send(line, now_seconds());
        });
  }

  Shape shape_;
  bool is_paced_{};
  Connections connections_;
  Payloads payloads_;
  std::uint32_t run_{};  // another one each time: nothing is a retry of an earlier run
  std::vector<std::unique_ptr<runtime::LogClient>> clients_{};
  std::uint64_t requests_{};
  Meter meter_;
};

}  // namespace

Figures append_to_ours(const runtime::DataFolder& folder, const Shape& shape) {
  return Appender{folder, shape, false}.run();
}

Figures append_paced(const runtime::DataFolder& folder, const Shape& shape, double rate) {
  return Appender{folder, shape, true}.run_paced(rate);
}

}  // namespace doorstep::bench
