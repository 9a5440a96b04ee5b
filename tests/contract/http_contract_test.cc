// What every implementation of HttpServer promises, checked for the one in memory and for Beast
// over loopback.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <set>
#include <string>
#include <vector>

#include "common/http/beast_server.h"
#include "common/memory/memory_http.h"
#include "tests/contract/raw_client.h"

namespace doorstep {
namespace {

// A client as the contract sees it: it asks once.
class Client {
 public:
  virtual ~Client() = default;
  using Headers = std::map<std::string, std::string>;
  // Names in lower case.
  virtual void ask(const std::string& method, const std::string& target, const std::string& body,
                   const Headers& headers) = 0;
  void ask(const std::string& method, const std::string& target, const std::string& body) {
    ask(method, target, body, {{"content-type", "application/json"}});
  }
  struct Answer {
    int status{};
    std::string body{};
  };
  virtual std::optional<Answer> answer() = 0;
  // The next frame of a stream, once it was opened.
  virtual std::optional<std::string> frame() = 0;
  virtual void hang_up() = 0;
};

class World {
 public:
  virtual ~World() = default;
  virtual HttpServer& server() = 0;
  virtual std::unique_ptr<Client> client() = 0;
  virtual void settle() = 0;
};

class MemoryClient final : public Client {
 public:
  explicit MemoryClient(memory::MemoryHttp& http) : http_{http} {}
  using Client::ask;
  void ask(const std::string& method, const std::string& target, const std::string& body,
           const Headers& headers) override {
    token_ = http_.request(method, target, body, headers);
  }
  std::optional<Answer> answer() override {
    const auto response = http_.response(token_);
    if (!response) return std::nullopt;
    return Answer{response->status, response->body ? *response->body : std::string{}};
  }
  std::optional<std::string> frame() override {
    const auto frame = http_.frame(token_);
    return frame ? std::optional{*frame} : std::nullopt;
  }
  void hang_up() override { http_.hang_up(token_); }

 private:
  memory::MemoryHttp& http_;
  HttpToken token_{};
};

class MemoryWorld final : public World {
 public:
  HttpServer& server() override { return http_; }
  std::unique_ptr<Client> client() override { return std::make_unique<MemoryClient>(http_); }
  void settle() override {}

 private:
  memory::MemoryHttp http_{};
};

class TcpClient final : public Client {
 public:
  explicit TcpClient(std::uint16_t port) : raw_{port} {}
  using Client::ask;
  void ask(const std::string& method, const std::string& target, const std::string& body,
           const Headers& headers) override {
    is_head_ = method == "HEAD";
    std::string head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : headers) head.append(name + ": " + value + "\r\n");
    raw_.send(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  std::optional<Answer> answer() override {
    raw_.wait_at_most(5'000);
    const auto response = raw_.response(!is_head_);
    if (!response) return std::nullopt;
    return Answer{response->status, response->body};
  }
  std::optional<std::string> frame() override {
    if (!opened_) opened_ = raw_.until("\r\n\r\n").has_value();
    return raw_.until("\n\n");
  }
  void hang_up() override { raw_.hang_up(); }

 private:
  tests::RawClient raw_;
  bool is_head_{};
  bool opened_{};
};

class BeastWorld final : public World {
 public:
  HttpServer& server() override { return *server_; }
  std::unique_ptr<Client> client() override { return std::make_unique<TcpClient>(server_->port()); }
  void settle() override { (void)arrived_.try_acquire_for(std::chrono::milliseconds{2}); }

 private:
  std::counting_semaphore<> arrived_{0};
  std::unique_ptr<web::BeastServer> server_{
      web::BeastServer::open({.arrived = [this] { arrived_.release(); }}).value()};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

struct HttpContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};
  HttpServer& server{world->server()};

  bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 2'000; ++i) {
      if (holds()) return true;
      world->settle();
    }
    return false;
  }
  HttpRequest receive() {
    std::optional<HttpRequest> request;
    EXPECT_TRUE(eventually([&] { return (request = server.receive()).has_value(); }));
    return request.value_or(HttpRequest{});
  }
};

TEST_P(HttpContract, nothing_waits_at_first) {
  EXPECT_FALSE(server.receive());
  EXPECT_TRUE(server.closed_streams().empty());
}

TEST_P(HttpContract, a_request_arrives_with_all_its_parts) {
  const auto client = world->client();
  client->ask("POST", "/v1/visits?round=7&dry", "{\"id\":1}");
  const HttpRequest request = receive();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v1/visits");
  EXPECT_EQ(request.query, (std::map<std::string, std::string>{{"round", "7"}, {"dry", ""}}));
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.body, "{\"id\":1}");
}

TEST_P(HttpContract, the_values_of_a_repeated_parameter_are_joined) {
  const auto client = world->client();
  client->ask("GET", "/v1/stream?area=431224&since=3&area=431224100", "");
  EXPECT_EQ(receive().query,
            (std::map<std::string, std::string>{{"area", "431224,431224100"}, {"since", "3"}}));
}

TEST_P(HttpContract, answers_reach_those_who_asked_in_any_order) {
  const auto first = world->client();
  const auto second = world->client();
  first->ask("GET", "/1", "");
  const HttpRequest one = receive();
  second->ask("GET", "/2", "");
  const HttpRequest two = receive();
  EXPECT_NE(one.token, two.token);
  server.respond(two.token, {.status = 404, .body = shared("two")});
  server.respond(one.token, {.status = 200, .body = shared("one")});
  const auto answer_one = first->answer();
  const auto answer_two = second->answer();
  ASSERT_TRUE(answer_one);
  ASSERT_TRUE(answer_two);
  EXPECT_EQ(answer_one->status, 200);
  EXPECT_EQ(answer_one->body, "one");
  EXPECT_EQ(answer_two->status, 404);
  EXPECT_EQ(answer_two->body, "two");
}

TEST_P(HttpContract, an_answer_without_a_body_is_complete) {
  const auto client = world->client();
  client->ask("GET", "/", "");
  server.respond(receive().token, {.status = 200});
  const auto answer = client->answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "");
}

TEST_P(HttpContract, only_the_first_answer_counts) {
  const auto client = world->client();
  client->ask("GET", "/", "");
  const HttpToken token = receive().token;
  server.respond(token, {.status = 200, .body = shared("first")});
  server.respond(token, {.status = 500, .body = shared("second")});
  server.open_stream(token);
  EXPECT_EQ(server.push(token, shared("data: x\n\n")), Sent::gone);
  const auto answer = client->answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "first");
}

TEST_P(HttpContract, an_answer_to_nobody_is_ignored) {
  server.respond(HttpToken{4'711}, {.status = 200});
  server.open_stream(HttpToken{4'711});
  EXPECT_EQ(server.push(HttpToken{4'711}, shared("data: x\n\n")), Sent::gone);
  EXPECT_TRUE(server.closed_streams().empty());
}

TEST_P(HttpContract, a_request_is_no_stream_until_it_is_opened) {
  const auto client = world->client();
  client->ask("GET", "/v1/stream", "");
  const HttpToken token = receive().token;
  EXPECT_EQ(server.push(token, shared("data: early\n\n")), Sent::gone);
  server.open_stream(token);
  EXPECT_EQ(server.push(token, shared("data: 1\n\n")), Sent::sent);
  EXPECT_EQ(client->frame(), "data: 1\n\n");
}

TEST_P(HttpContract, frames_of_a_stream_arrive_in_order) {
  const auto client = world->client();
  client->ask("GET", "/v1/stream", "");
  const HttpToken token = receive().token;
  server.open_stream(token);
  for (int i = 0; i < 20; ++i) {
    const std::string frame = "data: " + std::to_string(i) + "\n\n";
    EXPECT_NE(server.push(token, shared(frame)), Sent::gone);
    EXPECT_EQ(client->frame(), frame);
  }
}

TEST_P(HttpContract, a_client_that_does_not_read_gets_the_latest_frame_in_the_end) {
  const auto client = world->client();
  client->ask("GET", "/v1/stream", "");
  const HttpToken token = receive().token;
  server.open_stream(token);
  const std::string large(2 * 1024 * 1024, 'd');
  bool full = false;
  for (int i = 0; i < 50 && !full; ++i) {
    full = server.push(token, shared("data: " + large + "\n\n")) == Sent::full;
    world->settle();
  }
  EXPECT_TRUE(full);
  EXPECT_NE(server.push(token, shared("data: latest\n\n")), Sent::gone);
  std::optional<std::string> frame;
  do {
    frame = client->frame();
  } while (frame && frame->size() > large.size());
  EXPECT_EQ(frame, "data: latest\n\n");
}

TEST_P(HttpContract, a_stream_whose_client_went_away_is_reported_once) {
  const auto client = world->client();
  client->ask("GET", "/v1/stream", "");
  const HttpToken token = receive().token;
  server.open_stream(token);
  EXPECT_EQ(server.push(token, shared("data: 1\n\n")), Sent::sent);
  EXPECT_TRUE(client->frame());
  client->hang_up();
  std::vector<HttpToken> closed;
  EXPECT_TRUE(eventually([&] { return !(closed = server.closed_streams()).empty(); }));
  EXPECT_EQ(closed, std::vector{token});
  EXPECT_TRUE(server.closed_streams().empty());
  EXPECT_EQ(server.push(token, shared("data: 2\n\n")), Sent::gone);
}

TEST_P(HttpContract, a_head_comes_as_the_get_whose_body_is_not_sent) {
  const auto client = world->client();
  client->ask("HEAD", "/healthz", "");
  const HttpRequest request = receive();
  EXPECT_EQ(request.method, "GET");
  server.respond(request.token, {.status = 200, .body = shared("not to be sent")});
  const auto answer = client->answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
}

TEST_P(HttpContract, the_stream_of_a_head_ends_at_once) {
  const auto client = world->client();
  client->ask("HEAD", "/v1/stream", "");
  const HttpToken token = receive().token;
  server.open_stream(token);
  std::vector<HttpToken> closed;
  EXPECT_TRUE(eventually([&] { return !(closed = server.closed_streams()).empty(); }));
  EXPECT_EQ(closed, std::vector{token});
  const auto answer = client->answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_P(HttpContract, a_content_type_is_read_without_regard_to_case) {
  const auto client = world->client();
  client->ask("POST", "/", "x", {{"content-type", "Text/CSV; Charset=\"GBK\""}});
  const HttpRequest request = receive();
  ASSERT_TRUE(request.content_type);
  EXPECT_EQ(request.content_type->name, "text/csv");
  EXPECT_EQ(request.content_type->charset(), "gbk");
  server.respond(request.token, {.status = 200});
  EXPECT_TRUE(client->answer());
  client->ask("POST", "/", "x", {{"content-type", "csv"}});
  EXPECT_FALSE(receive().content_type);
}

TEST_P(HttpContract, who_has_what_the_tag_names_is_told_so_instead) {
  const auto status_for = [&](const std::string& method, const std::string& tags, int status) {
    const auto client = world->client();
    client->ask(method, "/", "", {{"if-none-match", tags}});
    server.respond(receive().token,
                   {.status = status, .headers = {{"ETag", "\"b\""}}, .body = shared("body")});
    const auto answer = client->answer();
    const bool has_body = answer && !answer->body.empty();
    return has_body ? -answer->status : answer ? answer->status : 0;
  };
  EXPECT_EQ(status_for("GET", "W/\"a\", \"b\"", 200), 304);
  EXPECT_EQ(status_for("HEAD", "*", 200), 304);
  EXPECT_EQ(status_for("GET", "\"a\"", 200), -200);
  EXPECT_EQ(status_for("GET", "\"b\"", 404), -404) << "there is no such thing that it could have";
  EXPECT_EQ(status_for("POST", "\"b\"", 200), -200) << "a write is no read";
}

TEST_P(HttpContract, tokens_are_never_used_again) {
  std::set<HttpToken> tokens;
  for (int i = 0; i < 20; ++i) {
    const auto client = world->client();
    client->ask("GET", "/", "");
    const HttpToken token = receive().token;
    EXPECT_TRUE(tokens.insert(token).second);
    server.respond(token, {.status = 204});
    EXPECT_TRUE(client->answer());
  }
}

INSTANTIATE_TEST_SUITE_P(
    , HttpContract,
    testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                    Implementation{"beast", [] { return std::make_unique<BeastWorld>(); }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace doorstep
