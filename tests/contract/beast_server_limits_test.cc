// What the real HTTP server does where clients are too many or too slow, all at once.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/http/beast_server.h"
#include "tests/contract/raw_client.h"

namespace doorstep::web {
namespace {

using tests::RawClient;
using Clients = std::vector<std::unique_ptr<RawClient>>;

Clients connect(const BeastServer& server, std::size_t count) {
  Clients clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
  }
  return clients;
}

TEST(Crowds, are_told_so_to_the_last_client_however_many_stay_connected) {
  constexpr std::size_t connections_max = 4;
  constexpr std::size_t told = turned_away_max + 40;
  std::atomic<std::uint64_t> said_last{};
  auto server =
      BeastServer::open({.connections_max = connections_max,
                         .crowded = [&](const Crowd& crowd) { said_last = crowd.turned_away; },
                         .crowded_every = Milliseconds{0}})
          .value();
  const Clients taken = connect(*server, connections_max);
  const Clients others = connect(*server, told);
  for (std::size_t i = 0; i < told; ++i) {
    others[i]->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto response = others[i]->response();
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->status, 503);
    EXPECT_TRUE(response->has_line("Connection: close"));
  }
  EXPECT_LE(server->counts().connections, connections_max + turned_away_max);
  server.reset();  // has said all that it had to
  EXPECT_EQ(said_last, told);
}

// Bytes arrive all the time, so also in the moment in which their time is up.
void expect_an_end(const std::string& begin) {
  const auto server = BeastServer::open({.header_max = 64UL * 1024,
                                         .request_timeout = Milliseconds{50},
                                         .write_timeout = Milliseconds{500}})
                          .value();
  const Clients clients = connect(*server, 150);
  for (const auto& client : clients) client->send(begin);
  for (int i = 0; i < 1'000; ++i) {
    for (const auto& client : clients) client->send("1");
  }
  for (const auto& client : clients) {
    client->wait_at_most(2'000);
    const auto response = client->response();
    ASSERT_TRUE(response) << "it may take for ever";
    EXPECT_EQ(response->status, 408);
  }
}

TEST(SlowRequests, end_in_time_whenever_the_bytes_of_their_heads_arrive) { expect_an_end("GET /"); }

TEST(SlowRequests, end_in_time_whenever_the_bytes_of_their_bodies_arrive) {
  expect_an_end("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
}

}  // namespace
}  // namespace doorstep::web
