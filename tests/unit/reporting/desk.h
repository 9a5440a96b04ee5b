// A reporting service at work: memory around it, played peers, a clock moved by hand.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_http.h"
#include "services/reporting/reporting_service.h"
#include "tests/unit/reporting/played_peers.h"

namespace doorstep::reporting::test {

class Desk {
 public:
  explicit Desk(ReportingLimits limits = {})
      : service_{{http, *to_aggregation_, *to_log_},
                 metrics,
                 BoardFiles::of({{"index.html", "page"}}),
                 limits} {
    aggregation.define("431224", "溆浦县", 5);
    aggregation.define("431224100", "卢峰镇", 3);
    aggregation.define("431224101", "桥江镇", 2);
    log.append({.envelope = {.id = {{1, 1}},
                             .type = EventType::demonstration_marked,
                             .stream = system_stream,
                             .purpose = Purpose::system},
                .body = DemonstrationMarked{.speed = 1}});
    run();
  }

  // Steps everything until nothing happens, without time passing.
  void run() {
    for (int i = 0; i < 12; ++i) {
      const auto work = service_.step({clock.now(), clock.monotonic()});
      ASSERT_TRUE(work) << work.error().message;
      aggregation.step(false);
      log.step(false);
    }
  }
  void pass(Milliseconds time) {
    const Milliseconds step{100};
    for (Milliseconds passed{0}; passed < time; passed += step) {
      clock.advance(std::min(step, time - passed));
      const bool alive = (clock.monotonic() / step) % 10 == 0;
      log.step(alive);
      aggregation.step(alive);
      run();
    }
  }

  HttpResponse get(const std::string& target, std::map<std::string, std::string> headers = {},
                   const std::string& method = "GET") {
    const HttpToken token = http.request(method, target, {}, std::move(headers));
    run();
    auto response = http.response(token);
    if (!response) {
      ADD_FAILURE() << "no answer to " << target;
      return {};
    }
    return *std::move(response);
  }
  // What answers say they are an edition of.
  std::string edition() const { return to_text(aggregation.edition); }
  static std::string body(const HttpResponse& response) {
    return response.body ? *response.body : std::string{};
  }
  HttpToken stream(const std::string& query, std::map<std::string, std::string> headers = {}) {
    const HttpToken token = http.request("GET", "/v1/stream?" + query, {}, std::move(headers));
    run();
    return token;
  }
  // Empty: there is none.
  std::string frame(HttpToken token) {
    const auto frame = http.frame(token);
    return frame ? *frame : std::string{};
  }

 private:
  memory::MemoryNetwork network_{};

 public:
  memory::ManualClock clock{Instant{1'648'000'000'000}};
  memory::MemoryHttp http{};
  runtime::Metrics metrics{};
  PlayedAggregation aggregation{network_.serve("aggregation")};
  PlayedLog log{network_.serve("feed")};

 private:
  std::unique_ptr<Messages> to_aggregation_{network_.connect("aggregation", "reporting")};
  std::unique_ptr<Messages> to_log_{network_.connect("feed", "reporting")};
  ReportingService service_;
};

}  // namespace doorstep::reporting::test
