// Intake before a whole log, in one thread: memory disk, memory network, HTTP without sockets.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/domain/names.h"
#include "common/memory/manual_clock.h"
#include "common/memory/memory_block_store.h"
#include "common/memory/memory_http.h"
#include "common/memory/memory_index_store.h"
#include "common/memory/memory_messages.h"
#include "common/memory/memory_snapshot_file.h"
#include "common/runtime/metrics.h"
#include "common/wire/event_codec.h"
#include "services/event_log/event_log.h"
#include "services/intake/intake_service.h"
#include "tests/unit/intake/intake_words.h"

namespace doorstep::intake {

class IntakeInMemory {
 public:
  IntakeInMemory() {
    start_log();
    start_intake();
    run(150);  // an empty log says so after a second
  }

  void start_log() {
    log_.reset();
    cmd_.reset();
    feed_.reset();
    index_.crash();
    store_ = std::move(*memory::MemoryBlockStore::open(disk_, Epoch{1}));
    cmd_ = network_.serve("cmd");
    feed_ = network_.serve("feed");
    std::vector<EventType> all;
    for (const auto& [type, name] : names(EventType{})) all.push_back(type);
    event_log::Rights rights;
    rights.allow("intake", all);
    rights.allow("cli", all);
    rights.allow_moving_the_floor("cli");
    Sha256 seed{};
    auto log = event_log::EventLog::open(
        {*store_, head_file_, *cmd_, *feed_, index_, heads_file_}, Ed25519Key::from_seed(seed),
        {.identity = {.log = id_of<LogId>(1), .epoch = Epoch{1}},
         .rights = std::move(rights),
         .floor_requests = {.kept_min = 0, .readers_return_within = {}}},
        clock.now());
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
  }
  // A pulled plug: what the log was asked and what it answered is gone.
  void stop_log() {
    log_.reset();
    cmd_.reset();
    feed_.reset();
    store_.reset();
  }
  void start_intake() {
    service.reset();
    log_cmd_ = network_.connect("cmd", "intake");
    log_feed_ = network_.connect("feed", "intake");
    service = std::make_unique<IntakeService>(IntakePorts{http, *log_cmd_, *log_feed_, snapshot},
                                              metrics, snapshots);
  }

  // Both, for a while of simulated time.
  void run(int steps = 60) {
    for (int i = 0; i < steps; ++i) {
      const Now now{clock.now(), clock.monotonic()};
      if (log_) {
        ASSERT_TRUE(log_->commands().step(now));
        if (feed_runs) {
          ASSERT_TRUE(log_->feeds().step(now));
        }
      }
      const auto stepped = service->step(now);
      ASSERT_TRUE(stepped) << stepped.error().message;
      if (*stepped == Work::idle) clock.advance(Milliseconds{10});
    }
  }

  // The log drops its events up to there. What it answers.
  wire::Reply drop(Position upto) {
    run(200);  // signed by then
    const auto client = network_.connect("cmd", "cli");
    const auto run_log = [&] {
      for (int i = 0; i < 500; ++i) {
        const Now now{clock.now(), clock.monotonic()};
        EXPECT_TRUE(log_->commands().step(now));
        EXPECT_TRUE(log_->feeds().step(now));
        EXPECT_TRUE(log_->upkeep().step(now));
      }
    };
    run_log();
    EXPECT_EQ(client->send(the_server, wire::encode(wire::Request{1, wire::MoveFloor{upto}})),
              Sent::sent);
    run_log();
    const auto message = client->receive();
    return message ? wire::decode_reply(message->bytes).value() : wire::Reply{};
  }
  // The message it ends with; empty: it goes on.
  std::string runs_until_it_stops() {
    for (int i = 0; i < 150; ++i) {
      const Now now{clock.now(), clock.monotonic()};
      EXPECT_TRUE(log_->commands().step(now));
      EXPECT_TRUE(log_->feeds().step(now));
      const auto stepped = service->step(now);
      if (!stepped) return stepped.error().message;
      clock.advance(Milliseconds{10});
    }
    return {};
  }

  HttpToken send(const std::string& method, const std::string& target, const std::string& body,
                 const std::string& type = "application/json") {
    return http.request(method, target, body, {{"content-type", type}});
  }
  // Sends, lets time pass, and takes the answer. Status 0: there is none.
  HttpResponse ask(const std::string& method, const std::string& target,
                   const std::string& body = {}, const std::string& type = "application/json") {
    const HttpToken token = send(method, target, body, type);
    run();
    return http.response(token).value_or(HttpResponse{.status = 0});
  }
  std::string post(const std::string& target, const std::string& body) {
    return text(ask("POST", target, body));
  }
  std::string import(const std::string& what, const std::string& csv,
                     const std::string& query = {}) {
    return text(ask("POST", "/v1/imports/" + what + query, csv, "text/csv"));
  }
  static std::string text(const HttpResponse& response) {
    return std::to_string(response.status) + " " + (response.body ? *response.body : "");
  }

  // Past intake, as the command line can: one request.
  void append(AppendId id, const std::vector<Event>& events) {
    const auto client = network_.connect("cmd", "cli");
    wire::Append request{.append_id = id};
    for (const Event& event : events) request.events.push_back(wire::encode_event(event));
    ASSERT_EQ(client->send(the_server, wire::encode(wire::Request{1, request})), Sent::sent);
    run();
  }

  // Areas, workers, two households, a campaign and a round.
  void set_up_county() {
    ASSERT_TRUE(import("areas",
                       "code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,警予社区\n"
                       "431224100001001,一网格\n")
                    .starts_with(R"(200 {"rows":4,"landed":4,"unchanged":0,"rejected":0)"));
    ASSERT_TRUE(import("workers", "key,kind,home\nW1,gridWorker,431224100001\nW2,录入员,431224\n")
                    .starts_with(R"(200 {"rows":2,"landed":2)"));
    ASSERT_TRUE(import("households",
                       "key,area,kind,registered,usual\nH1,431224100001001,family,4,3\n"
                       "H2,431224100001001,tenant,0,2\n")
                    .starts_with(R"(200 {"rows":2,"landed":2)"));
    ASSERT_TRUE(post("/v1/campaigns", R"({"id":")" + to_string(id_of<EventId>(1)) +
                                          R"(","campaign":")" + to_string(campaign) +
                                          R"(","name":"排查","area":"431224","happenedAt":")" +
                                          to_string(clock.now()) + "\"}")
                    .starts_with("200 "));
    ASSERT_TRUE(post("/v1/rounds",
                     R"({"id":")" + to_string(id_of<EventId>(2)) + R"(","round":")" +
                         to_string(round_number(1)) + R"(","campaign":")" + to_string(campaign) +
                         R"(","number":1,"questionSet":"q","riskList":"r",)" + R"("deadline":")" +
                         to_string(clock.now() + Milliseconds{86'400'000}) + R"(","happenedAt":")" +
                         to_string(clock.now()) + "\"}")
                    .starts_with("200 "));
  }

  bool feed_runs{true};
  memory::ManualClock clock{morning};
  memory::MemoryHttp http{};
  memory::MemorySnapshotFile snapshot{};
  runtime::StateKeeper::Limits snapshots{};
  runtime::Metrics metrics{};
  std::unique_ptr<IntakeService> service{};

 private:
  memory::MemoryNetwork network_{};
  memory::MemoryDisk disk_{};
  memory::MemorySnapshotFile head_file_{};
  memory::MemoryIndexStore index_{};
  memory::MemorySnapshotFile heads_file_{};
  std::unique_ptr<memory::MemoryBlockStore> store_{};
  std::unique_ptr<Messages> cmd_{};
  std::unique_ptr<Messages> feed_{};
  std::unique_ptr<event_log::EventLog> log_{};
  std::unique_ptr<Messages> log_cmd_{};
  std::unique_ptr<Messages> log_feed_{};
};

}  // namespace doorstep::intake
