// The blocking client against the real server.
#include "common/http/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>

#include "common/http/beast_server.h"

namespace doorstep::web {
namespace {

// A server that answers by itself: with what it was asked.
class Echo {
 public:
  explicit Echo(std::uint16_t port = 0, Milliseconds idle = Milliseconds{60'000}) {
    server_ = BeastServer::open(
                  {.port = port, .idle_timeout = idle, .arrived = [this] { arrived_.release(); }})
                  .value();
    thread_ = std::thread{[this] { answer_all(); }};
  }
  ~Echo() {
    ending_ = true;
    arrived_.release();
    thread_.join();
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] BeastCounts counts() const { return server_->counts(); }

 private:
  void answer_all() {
    while (!ending_) {
      arrived_.acquire();
      while (auto request = server_->receive()) {
        if (request->path == "/never") continue;
        auto body = request->method + " " + request->path + " " + request->body;
        if (request->path == "/large") body.resize(5'000'000, 'l');
        server_->respond(request->token, {.status = request->path == "/missing" ? 404 : 200,
                                          .content_type = "text/plain",
                                          .headers = {{"ETag", "\"7\""}},
                                          .body = std::make_shared<std::string>(std::move(body))});
      }
    }
  }
  std::counting_semaphore<> arrived_{0};
  std::atomic<bool> ending_{};
  std::unique_ptr<BeastServer> server_{};
  std::thread thread_{};
};

TEST(HttpClients, a_request_is_answered_with_status_headers_and_body) {
  Echo echo;
  HttpClient client{{.port = echo.port()}};
  const auto answer = client.request("POST", "/v1/visits", {{"Content-Type", "text/csv"}}, "a,b");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->content_type, "text/plain");
  EXPECT_EQ(answer->headers.at("etag"), "\"7\"");
  EXPECT_EQ(*answer->body, "POST /v1/visits a,b");
  EXPECT_EQ(client.request("GET", "/missing")->status, 404);
  EXPECT_EQ(*client.request("HEAD", "/")->body, "");
  EXPECT_EQ(client.request("GET", "/large")->body->size(), 5'000'000U);
}

TEST(HttpClients, requests_share_one_connection) {
  Echo echo;
  HttpClient client{{.port = echo.port()}};
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.request("GET", "/"));
  EXPECT_LE(echo.counts().connections, 1U);
  EXPECT_EQ(echo.counts().requests, 50U);
}

TEST(HttpClients, without_a_server_there_is_no_answer) {
  std::uint16_t port{};
  {
    Echo echo;
    port = echo.port();
  }
  HttpClient client{{.port = port}};
  const auto answer = client.request("GET", "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_NE(answer.error().message.find(std::to_string(port)), std::string::npos);
}

TEST(HttpClients, a_server_that_was_restarted_is_found_again) {
  auto echo = std::make_unique<Echo>();
  const std::uint16_t port = echo->port();
  HttpClient client{{.port = port}};
  ASSERT_TRUE(client.request("GET", "/"));
  echo.reset();
  EXPECT_FALSE(client.request("GET", "/"));
  echo = std::make_unique<Echo>(port);
  EXPECT_TRUE(client.request("GET", "/"));
}

TEST(HttpClients, a_kept_connection_that_was_closed_is_opened_anew_without_a_word) {
  Echo echo{0, Milliseconds{1}};
  HttpClient client{{.port = echo.port()}};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client.request("POST", "/", {}, "x"));
    // The server closes at its next tick; asking before that is fine too.
    while (i % 5 == 0 && echo.counts().connections > 0) std::this_thread::yield();
  }
}

TEST(HttpClients, an_answer_that_does_not_come_is_not_waited_for_longer_than_said) {
  Echo echo;
  HttpClient client{{.port = echo.port(), .answer_timeout = Milliseconds{50}}};
  const auto answer = client.request("GET", "/never");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(client.request("GET", "/"));
}

TEST(HttpClients, an_answer_over_the_limit_is_too_large) {
  Echo echo;
  HttpClient client{{.port = echo.port(), .body_max = 1'000}};
  EXPECT_EQ(client.request("GET", "/large").error().code, ErrorCode::too_large);
}

TEST(HttpClients, a_server_that_refuses_a_large_body_is_heard) {
  Echo echo;
  HttpClient client{{.port = echo.port()}};
  const auto answer = client.request("POST", "/", {}, std::string(30'000'000, 'b'));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 413);
}

}  // namespace
}  // namespace doorstep::web
