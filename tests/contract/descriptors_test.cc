// What the real HTTP server says when the process may open no more files. Each test is a child of
// its own, whose limit is low.
#include "common/runtime/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include "common/http/beast_server.h"
#include "tests/contract/raw_client.h"

namespace doorstep::web {
namespace {

using tests::RawClient;

constexpr int all_is_well = 0;

// Both ends of a connection are in this process: so the limit is set when the clients are there,
// and only the server's half needs room.
struct Crowded {
  std::mutex mutex{};
  std::vector<std::string> log{};
  std::counting_semaphore<> arrived{0};
  std::unique_ptr<BeastServer> server{};

  explicit Crowded(std::size_t connections_max) {
    server = BeastServer::open({.connections_max = connections_max,
                                .arrived = [this] { arrived.release(); },
                                .crowded =
                                    [this](const Crowd& crowd) {
                                      const std::lock_guard lock{mutex};
                                      log.push_back(to_string(crowd));
                                    }})
                 .value();
  }
  // A client whose request has arrived, so that it has its connection.
  std::unique_ptr<RawClient> client() {
    auto client = std::make_unique<RawClient>(server->port());
    client->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while (!server->receive()) (void)arrived.try_acquire_for(std::chrono::milliseconds{1});
    return client;
  }
  bool has_said() {
    const std::lock_guard lock{mutex};
    return !log.empty();
  }
  // Until it may be so.
  void settle() { (void)arrived.try_acquire_for(std::chrono::milliseconds{20}); }
  // The client may have its answer before the log has its word.
  std::string said() {
    for (int i = 0; i < 100 && !has_said(); ++i) settle();
    const std::lock_guard lock{mutex};
    return log.size() == 1 ? log.front() : std::to_string(log.size()) + " lines";
  }
};

void allow(rlim_t descriptors) {
  const rlimit limit{descriptors, descriptors};
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) std::exit(90);
}

// The lowest number that the next descriptor would get.
rlim_t next_descriptor() {
  const int probe = dup(0);
  close(probe);
  return static_cast<rlim_t>(probe);
}

int tell_the_one_more_when_no_file_can_be_opened() {
  Crowded crowded{100};
  const auto first = crowded.client();
  const int one_more = socket(AF_INET, SOCK_STREAM, 0);
  if (one_more < 0) return 2;
  allow(next_descriptor());
  close(one_more);  // its number is the next client's own: the server has none left
  RawClient second{crowded.server->port()};
  second.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto response = second.response();
  if (!response) return 3;
  if (response->status != 503 || !response->has_line("Retry-After: 1")) return 4;
  if (crowded.said().find("no more files") == std::string::npos) return 5;
  return all_is_well;
}

int take_clients_again_when_others_have_gone() {
  Crowded crowded{100};
  auto first = crowded.client();
  allow(next_descriptor() + 1);
  {
    RawClient second{crowded.server->port()};
    if (second.response().value_or(tests::RawResponse{}).status != 503) return 2;
  }
  first.reset();
  for (int i = 0; i < 100; ++i) {
    RawClient third{crowded.server->port()};
    third.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
    if (third.response(false).value_or(tests::RawResponse{}).status == 204) return all_is_well;
    crowded.settle();
  }
  return 3;
}

int tell_the_log_once_however_many_are_turned_away() {
  Crowded crowded{1};
  const auto first = crowded.client();
  for (int i = 0; i < 5; ++i) {
    RawClient more{crowded.server->port()};
    if (more.response().value_or(tests::RawResponse{}).status != 503) return 2;
  }
  return crowded.said().find("as many as there may be") == std::string::npos ? 3 : all_is_well;
}

int let_a_process_raise_its_soft_limit() {
  const rlimit low{64, 200};
  if (setrlimit(RLIMIT_NOFILE, &low) != 0) return 2;
  if (runtime::raise_descriptor_limit() != 200) return 3;
  const std::size_t fit = runtime::connections_that_fit(10'000);
  return fit > 50 && fit < 200 ? all_is_well : 4;
}

struct ManyDescriptors : testing::Test {
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(ManyDescriptors, the_one_for_whom_there_is_none_is_told_and_so_is_the_log) {
  EXPECT_EXIT(std::exit(tell_the_one_more_when_no_file_can_be_opened()),
              testing::ExitedWithCode(all_is_well), "");
}

TEST_F(ManyDescriptors, are_taken_again_when_others_have_gone) {
  EXPECT_EXIT(std::exit(take_clients_again_when_others_have_gone()),
              testing::ExitedWithCode(all_is_well), "");
}

TEST_F(ManyDescriptors, are_said_once_to_the_log_however_many_are_turned_away) {
  EXPECT_EXIT(std::exit(tell_the_log_once_however_many_are_turned_away()),
              testing::ExitedWithCode(all_is_well), "");
}

TEST_F(ManyDescriptors, are_allowed_up_to_the_hard_limit) {
  EXPECT_EXIT(std::exit(let_a_process_raise_its_soft_limit()), testing::ExitedWithCode(all_is_well),
              "");
}

TEST_F(ManyDescriptors, leave_a_reserve_for_what_is_no_connection) {
  EXPECT_EQ(runtime::connections_that_fit(12'000, 1'048'576, 40), 12'000U);
  EXPECT_EQ(runtime::connections_that_fit(12'000, 1'024, 40), 792U);
  EXPECT_EQ(runtime::connections_that_fit(12'000, 128, 28), 50U);
  EXPECT_EQ(runtime::connections_that_fit(12'000, 10, 40), 1U);
}

}  // namespace
}  // namespace doorstep::web
