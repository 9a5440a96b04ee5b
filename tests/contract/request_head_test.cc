#include "common/http/request_head.h"

#include <gtest/gtest.h>

#include "common/http/authority.h"

namespace doorstep::web {
namespace {

const std::string host_line = "Host: localhost\r\n";

// What the head is refused with; 0: it is not.
int refused(const std::string& lines) {
  const auto head = parse_request_head(lines + "\r\n");
  return head ? 0 : head.error();
}
int refused_with(const std::string& more) {
  return refused("POST / HTTP/1.1\r\n" + host_line + more);
}

TEST(RequestHeads, end_with_an_empty_line_wherever_the_pieces_are_cut) {
  const std::string bytes = "\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\nrest";
  HeadScan scan;
  for (std::size_t size = 0; size + 4 < bytes.size(); ++size) {
    scan = scan_head(std::string_view{bytes}.substr(0, size), scan);
    EXPECT_EQ(scan.state, HeadScan::State::incomplete) << size;
  }
  scan = scan_head(bytes, scan);
  EXPECT_EQ(scan.state, HeadScan::State::complete);
  EXPECT_EQ(bytes.substr(scan.begin, scan.end - scan.begin), bytes.substr(2, bytes.size() - 6));
  EXPECT_EQ(scan.request_line_end, 18U);
}

TEST(RequestHeads, are_malformed_at_the_first_byte_that_no_line_may_hold) {
  for (const std::string& bytes :
       {std::string{"\n"}, std::string{"GET / HTTP/1.1\n"}, std::string{"GET\r/"},
        std::string{"a\0b", 3}, std::string{"a\x7f"}, std::string{"\x16\x03\x01"}}) {
    EXPECT_EQ(scan_head(bytes, {}).state, HeadScan::State::malformed);
  }
}

TEST(RequestHeads, name_exactly_one_host) {
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n"), 400);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + host_line + host_line), 400);
  EXPECT_EQ(refused("GET / HTTP/1.0\r\n" + host_line + host_line), 400);
  EXPECT_EQ(refused("GET / HTTP/1.0\r\n"), 0);
  for (const char* value : {"", "a b", "a@b", "a:b", "a:123456", "[::1", "::1", "a/b", "a%2"}) {
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: " + std::string{value} + "\r\n"), 400) << value;
    EXPECT_FALSE(host_of(value)) << value;
  }
  EXPECT_EQ(host_of("LocalHost:8420"), "localhost");
  EXPECT_EQ(host_of("[::1]:8420"), "[::1]");
  EXPECT_EQ(host_of("127.0.0.1:"), "127.0.0.1");
}

TEST(RequestHeads, in_absolute_form_are_for_the_host_in_their_target) {
  const auto head = parse_request_head(
      "GET HTTP://LocalHost:1/v1/x?y=1 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->host, "localhost");
  EXPECT_EQ(head->target.path, "/v1/x");
  EXPECT_EQ(head->target.query.at("y"), "1");
  EXPECT_EQ(parse_request_head("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")->target.path, "/");
  EXPECT_EQ(parse_absolute_form("http://a?b")->path_and_query, "/?b");
  EXPECT_EQ(refused("GET http://localhost/ HTTP/1.1\r\n"), 400) << "Host is needed all the same";
  EXPECT_EQ(refused("GET https://localhost/ HTTP/1.1\r\n" + host_line), 421);
  for (const char* target : {"http:///x", "http://u@localhost/", "http:/x", "://a/", "localhost:80",
                             "x", "*", "http://a:b/", "http://localhost/#top"}) {
    EXPECT_EQ(refused("GET " + std::string{target} + " HTTP/1.1\r\n" + host_line), 400) << target;
  }
}

TEST(RequestHeads, have_a_request_line_of_three_words) {
  for (const char* line :
       {"GET /", "GET  / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET / x HTTP/1.1",
        "GET / HTTP/1", "GET / http/1.1", "G(T / HTTP/1.1", "GET\t/ HTTP/1.1"}) {
    EXPECT_EQ(refused(std::string{line} + "\r\n" + host_line), 400) << line;
  }
  EXPECT_EQ(refused("GET / HTTP/2.0\r\n" + host_line), 505);
  EXPECT_EQ(refused("GET / HTTP/1.2\r\n" + host_line), 0) << "read as the version that is known";
  EXPECT_EQ(refused("get / HTTP/1.1\r\n" + host_line), 501) << "methods have a case";
  EXPECT_EQ(refused("BREW / HTTP/1.1\r\n" + host_line), 501);
  EXPECT_EQ(refused("CONNECT localhost:80 HTTP/1.1\r\n" + host_line), 501);
}

TEST(RequestHeads, have_fields_of_a_name_a_colon_and_a_value) {
  for (const char* field : {"no colon", "a : b", ": b", " a: b", "\ta: b", "a b: c", "a: \x01"}) {
    EXPECT_EQ(refused_with(std::string{field} + "\r\n"), 400) << field;
  }
  EXPECT_EQ(refused_with("a: b\r\n c\r\n"), 400) << "folded";
  const auto head =
      parse_request_head("GET / HTTP/1.1\r\nHOST:localhost\r\nA: 1\r\na:\t2 \r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.at("a"), "1, 2");
}

TEST(RequestHeads, say_in_one_way_how_long_their_body_is) {
  EXPECT_EQ(parse_request_head("POST / HTTP/1.1\r\n" + host_line + "Content-Length: 007\r\n\r\n")
                ->content_length,
            7U);
  EXPECT_TRUE(
      parse_request_head("POST / HTTP/1.1\r\n" + host_line + "Transfer-Encoding: , Chunked\r\n\r\n")
          ->is_chunked);
  EXPECT_EQ(parse_request_head("POST / HTTP/1.1\r\n" + host_line +
                               "Content-Length: " + std::string(60, '9') + "\r\n\r\n")
                ->content_length,
            std::numeric_limits<std::uint64_t>::max());
  const std::string length = "Content-Length: 5\r\n";
  const std::string coding = "Transfer-Encoding: ";
  for (const std::string& fields :
       {length + length, std::string{"Content-Length: 5, 5\r\n"},
        std::string{"Content-Length: +5\r\n"}, std::string{"Content-Length:\r\n"},
        std::string{"Content-Length: 0x5\r\n"}, length + coding + "chunked\r\n",
        coding + "gzip\r\n", coding + "chunked, gzip\r\n", coding + "chunked, chunked\r\n",
        coding + "identity\r\n", coding + "\r\n"}) {
    EXPECT_EQ(refused_with(fields), 400) << fields;
  }
  EXPECT_EQ(refused_with(coding + "gzip, chunked\r\n"), 501);
  EXPECT_EQ(refused("POST / HTTP/1.0\r\n" + coding + "chunked\r\n"), 400);
}

TEST(RequestHeads, say_what_they_expect) {
  const std::string get = "GET / HTTP/1.1\r\n" + host_line;
  EXPECT_EQ(refused_with("Expect: 200-ok\r\n"), 417);
  EXPECT_EQ(refused_with("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(refused_with("Content-Encoding: identity\r\n"), 0);
  EXPECT_TRUE(parse_request_head(get + "Expect: 100-Continue\r\n\r\n")->expects_continue);
  EXPECT_FALSE(
      parse_request_head("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")->expects_continue);
  EXPECT_TRUE(parse_request_head(get + "\r\n")->keeps_connection);
  EXPECT_FALSE(parse_request_head(get + "Connection: x, Close\r\n\r\n")->keeps_connection);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.0\r\n\r\n")->keeps_connection);
  EXPECT_TRUE(parse_request_head("OPTIONS * HTTP/1.1\r\n" + host_line + "\r\n")->asks_server);
}

}  // namespace
}  // namespace doorstep::web
