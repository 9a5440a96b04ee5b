// What the real HTTP server does with clients that are malformed, slow, many or hostile, before any
// service sees them.
#include "common/http/beast_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "common/http/http_client.h"
#include "tests/contract/raw_client.h"

namespace doorstep::web {
namespace {

using tests::RawClient;

// Small limits, so that a test reaches them at once.
struct Servers : testing::Test {
  std::counting_semaphore<> arrived{0};
  std::unique_ptr<BeastServer> server{open({.body_max = 1'000,
                                            .header_max = 2'048,
                                            .connections_max = 8,
                                            .requests_max = 2,
                                            .request_timeout = Milliseconds{300},
                                            .idle_timeout = Milliseconds{300},
                                            .write_timeout = Milliseconds{300}})};

  std::unique_ptr<BeastServer> open(BeastOptions options) {
    options.arrived = [this] { arrived.release(); };
    return BeastServer::open(std::move(options)).value();
  }
  HttpRequest receive() {
    for (int i = 0; i < 5'000; ++i) {
      if (auto request = server->receive()) return *request;
      (void)arrived.try_acquire_for(std::chrono::milliseconds{1});
    }
    ADD_FAILURE() << "no request arrived";
    return {};
  }
  static std::string get(const std::string& target, const std::string& more = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }
  // What the server answers by itself, closing after it; and nothing reaches the service.
  void expect_refused(const std::string& bytes, int status) {
    RawClient client{server->port()};
    client.send(bytes);
    const auto response = client.response();
    ASSERT_TRUE(response) << bytes.substr(0, 60);
    EXPECT_EQ(response->status, status) << bytes.substr(0, 60);
    EXPECT_TRUE(response->has_line("Content-Type: application/problem+json"));
    EXPECT_NE(response->body.find("\"zh\":"), std::string::npos);
    EXPECT_NE(response->body.find("\"status\":" + std::to_string(status)), std::string::npos);
    EXPECT_TRUE(client.is_closed());
    EXPECT_FALSE(server->receive());
  }
};

TEST_F(Servers, garbage_is_malformed) {
  expect_refused("knock knock\r\n\r\n", 400);
  expect_refused(std::string("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n", 400);
  expect_refused("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505);
  expect_refused("GET /\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost localhost\r\n\r\n", 400);
}

TEST_F(Servers, an_address_that_does_not_decode_is_malformed) {
  for (const char* target : {"/a%2", "/a%zz", "/%00", "/%ff", "/%c0%af", "/a?b=%", "/%0d%0a"}) {
    expect_refused(get(target), 400);
  }
  expect_refused("GET nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", 400);
}

TEST_F(Servers, lengths_that_contradict_each_other_are_malformed) {
  expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400);
  expect_refused(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400);
  expect_refused(
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
      "Content-Length: 4\r\n\r\n0\r\n\r\n",
      400);
}

TEST_F(Servers, a_bad_chunk_is_malformed) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_refused(head + "zz\r\nab\r\n0\r\n\r\n", 400);
  expect_refused(head + "2\r\nabcd0\r\n\r\n", 400);
}

TEST_F(Servers, headers_over_the_limit_are_refused) {
  expect_refused(get("/", "X-Much: " + std::string(4'000, 'x') + "\r\n"), 431);
  expect_refused(get("/" + std::string(4'000, 'x')), 414);
  expect_refused("GET /" + std::string(4'000, 'x'), 414);
}

TEST_F(Servers, a_body_over_the_limit_is_refused_whether_announced_or_not) {
  expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n" +
                     std::string(1'001, 'b'),
                 413);
  expect_refused("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                     std::string(1'001, 'b') + "\r\n0\r\n\r\n",
                 413);
}

TEST_F(Servers, a_client_that_sends_a_huge_body_anyway_still_reads_why_it_was_refused) {
  RawClient client{server->port()};
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(20'000'000, 'b')));
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST_F(Servers, what_is_no_header_is_refused_before_it_is_complete) {
  expect_refused("GET / HTTP/1.1\nHost: localhost\n\n", 400);
  expect_refused(std::string("\x16\x03\x01\x02\x00\x01\xfc", 7), 400);
}

TEST_F(Servers, a_target_in_absolute_form_says_whom_it_is_for) {
  RawClient client{server->port()};
  client.send("GET http://127.0.0.1:9420/a?b=c HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  const HttpRequest request = receive();
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query.at("b"), "c");
  server->respond(request.token, {.status = 204});
  EXPECT_EQ(client.response(false).value_or(tests::RawResponse{}).status, 204);
  expect_refused("GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\n\r\n", 421);
}

TEST_F(Servers, a_request_cannot_hide_another_in_its_body) {
  RawClient client{server->port()};
  client.send(
      "POST /1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nGET /\r\n0\r\nX-More: 1\r\n\r\n" +
      get("/2"));
  const HttpRequest first = receive();
  EXPECT_EQ(first.body, "GET /");
  EXPECT_FALSE(first.headers.contains("x-more")) << "what comes after the body is no header of it";
  server->respond(first.token, {.status = 204});
  EXPECT_EQ(receive().path, "/2");
}

TEST_F(Servers, every_answer_has_its_date_and_says_whether_it_may_be_stored) {
  RawClient client{server->port()};
  client.send(get("/1") + get("/2"));
  server->respond(receive().token, {.status = 200});
  const auto plain = client.response();
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->has_line("Cache-Control: no-store")) << plain->head;
  EXPECT_NE(plain->head.find("\r\nDate: "), std::string::npos) << plain->head;
  server->respond(receive().token, {.status = 200, .headers = {{"Cache-Control", "no-cache"}}});
  const auto stated = client.response();
  ASSERT_TRUE(stated);
  EXPECT_TRUE(stated->has_line("Cache-Control: no-cache")) << stated->head;
  EXPECT_FALSE(stated->has_line("Cache-Control: no-store")) << stated->head;
}

TEST_F(Servers, who_asks_about_the_server_itself_is_answered_by_it) {
  RawClient client{server->port()};
  client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.response(false).value_or(tests::RawResponse{}).status, 204);
  EXPECT_FALSE(server->receive());
  expect_refused("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400);
}

TEST_F(Servers, another_host_name_is_refused) {
  expect_refused("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
  expect_refused("GET / HTTP/1.1\r\nHost: localhost.evil.example:80\r\n\r\n", 421);
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
  for (const char* host : {"localhost:8420", "127.0.0.1:8420", "LOCALHOST", "[::1]:8420"}) {
    RawClient client{server->port()};
    client.send("GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n");
    server->respond(receive().token, {.status = 200});
    EXPECT_EQ(client.response().value_or(tests::RawResponse{}).status, 200) << host;
  }
}

TEST_F(Servers, a_request_that_trickles_in_too_slowly_is_ended) {
  RawClient in_header{server->port()};
  in_header.send("GET / HTTP/1.1\r\nHost: loc");
  RawClient in_body{server->port()};
  in_body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(in_header.response().value_or(tests::RawResponse{}).status, 408);
  EXPECT_EQ(in_body.response().value_or(tests::RawResponse{}).status, 408);
  EXPECT_FALSE(server->receive());
}

TEST_F(Servers, a_connection_that_stays_silent_is_closed) {
  RawClient client{server->port()};
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Servers, a_stream_whose_client_does_not_read_is_closed) {
  RawClient client{server->port()};
  client.send(get("/v1/stream"));
  const HttpToken token = receive().token;
  server->open_stream(token);
  const auto large = std::make_shared<const std::string>(16 * 1024 * 1024, 'd');
  (void)server->push(token, large);
  std::vector<HttpToken> closed;
  for (int i = 0; i < 5'000 && closed.empty(); ++i) {
    (void)arrived.try_acquire_for(std::chrono::milliseconds{1});
    closed = server->closed_streams();
  }
  EXPECT_EQ(closed, std::vector{token});
}

TEST_F(Servers, a_connection_is_kept_for_the_next_request_and_takes_several_at_once) {
  RawClient client{server->port()};
  client.send(get("/1") + get("/2"));
  for (const char* path : {"/1", "/2"}) {
    const HttpRequest request = receive();
    EXPECT_EQ(request.path, path);
    server->respond(request.token, {.status = 200, .body = std::make_shared<std::string>(path)});
    const auto response = client.response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, path);
  }
  client.send(get("/3", "Connection: close\r\n"));
  server->respond(receive().token, {.status = 204});
  EXPECT_TRUE(client.response()->has_line("Connection: close"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Servers, a_chunked_body_arrives_whole_and_one_that_asks_first_is_told_to_go_on) {
  RawClient client{server->port()};
  client.send(
      "POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");
  HttpRequest request = receive();
  EXPECT_EQ(request.body, "abcdefg");
  server->respond(request.token, {.status = 204});
  ASSERT_TRUE(client.response());
  client.send(
      "POST /e HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response().value_or(tests::RawResponse{}).status, 100);
  client.send("ok");
  request = receive();
  EXPECT_EQ(request.body, "ok");
}

TEST_F(Servers, a_head_request_gets_the_length_and_no_body) {
  RawClient client{server->port()};
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const HttpRequest request = receive();
  EXPECT_EQ(request.method, "GET");
  server->respond(request.token, {.status = 200, .body = std::make_shared<std::string>("12345")});
  const auto response = client.response(false);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->has_line("Content-Length: 5"));
  client.send(get("/next"));
  EXPECT_EQ(receive().path, "/next");
}

TEST_F(Servers, an_answer_that_may_have_no_body_gets_none) {
  RawClient client{server->port()};
  for (const int status : {204, 304}) {
    client.send(get("/"));
    server->respond(receive().token,
                    {.status = status, .body = std::make_shared<std::string>("not to be sent")});
    const auto response = client.response(false);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status);
  }
}

TEST_F(Servers, query_and_path_are_decoded) {
  RawClient client{server->port()};
  client.send(get("/v1/%E6%BA%86%E6%B5%A6?a=%2B+%26&a=2&b&=x"));
  const HttpRequest request = receive();
  EXPECT_EQ(request.path, "/v1/溆浦");
  EXPECT_EQ(request.query, (std::map<std::string, std::string>{{"a", "+ &,2"}, {"b", ""}}));
}

TEST_F(Servers, a_line_break_in_a_header_begins_no_other_header) {
  RawClient client{server->port()};
  client.send(get("/"));
  server->respond(receive().token,
                  {.status = 302, .headers = {{"Location", "/x\r\nSet-Cookie: a"}}});
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->has_line("Location: /xSet-Cookie: a"));
}

TEST_F(Servers, a_stream_says_that_it_is_one_and_that_nobody_may_buffer_it) {
  RawClient client{server->port()};
  client.send(get("/v1/stream"));
  server->open_stream(receive().token);
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_TRUE(response->has_line("Content-Type: text/event-stream"));
  EXPECT_TRUE(response->has_line("X-Accel-Buffering: no"));
}

TEST_F(Servers, more_requests_than_may_wait_are_told_to_come_back) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(get("/" + std::to_string(i)));
    if (i < 2) (void)arrived.try_acquire_for(std::chrono::seconds{5});
  }
  const auto response = clients[2]->response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(response->has_line("Retry-After: 1"));
  EXPECT_EQ(receive().path, "/0");
  EXPECT_EQ(receive().path, "/1");
}

TEST_F(Servers, more_connections_than_allowed_are_turned_away) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<RawClient>(server->port()));
  RawClient one_more{server->port()};
  const auto response = one_more.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
}

TEST_F(Servers, a_port_in_use_is_said_to_be) {
  const auto second = BeastServer::open({.port = server->port()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_NE(second.error().message.find(std::to_string(server->port())), std::string::npos);
}

TEST_F(Servers, an_answer_that_was_given_is_written_before_the_server_ends) {
  RawClient client{server->port()};
  client.send(get("/"));
  const std::string large(900'000, 'z');
  server->respond(receive().token, {.status = 200, .body = std::make_shared<std::string>(large)});
  server.reset();
  const auto response = client.response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), large.size());
}

TEST_F(Servers, what_it_did_is_counted) {
  expect_refused("x\r\n\r\n", 400);
  RawClient client{server->port()};
  client.send(get("/v1/stream"));
  const HttpToken token = receive().token;
  server->open_stream(token);
  EXPECT_EQ(server->push(token, std::make_shared<std::string>("data: 1\n\n")), Sent::sent);
  EXPECT_TRUE(client.until("data: 1\n\n"));
  const BeastCounts counts = server->counts();
  EXPECT_EQ(counts.requests, 1U);
  EXPECT_EQ(counts.refused, 1U);
  EXPECT_EQ(counts.streams, 1U);
}

}  // namespace
}  // namespace doorstep::web
