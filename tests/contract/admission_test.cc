// Who gets past the handshake: only keys that the server knows, and nobody by another mechanism.
// Each test ends with an honest client, so that a refusal is not merely a slow connection.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "common/runtime/bell.h"
#include "common/runtime/key_pair.h"
#include "common/zmq/hub.h"
#include "tests/contract/raw_client.h"

namespace doorstep::net {
namespace {

Bytes bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

CurveKeys curve_keys() {
  const auto pair = runtime::make_curve_key_pair().value();
  return {pair.public_key, pair.secret_key};
}

struct Admissions : testing::Test {
  std::unique_ptr<Hub> hub{Hub::open().value()};
  CurveKeys server_keys{curve_keys()};
  CurveKeys intake_keys{curve_keys()};
  std::unique_ptr<Endpoint> server{hub->serve({.name = "log-cmd",
                                               .address = "tcp://127.0.0.1:*",
                                               .keys = server_keys,
                                               .authorised = {{"intake", intake_keys.public_key}}})
                                       .value()};
  std::unique_ptr<Waiter> pause{hub->waiter({})};
  zmq::context_t stranger{1};  // a context of its own, with no handler

  std::unique_ptr<Endpoint> connect(const CurveKeys& keys, const std::string& server_key) {
    return hub
        ->connect({.address = server->address(), .server_public_key = server_key, .keys = keys})
        .value();
  }
  zmq::socket_t dealer() {
    zmq::socket_t socket{stranger, zmq::socket_type::dealer};
    socket.set(zmq::sockopt::linger, 0);
    return socket;
  }
  void knock(zmq::socket_t& socket) {
    socket.connect(server->address());
    (void)socket.send(zmq::str_buffer("let me in"), zmq::send_flags::dontwait);
  }
  std::optional<Message> receive() {
    std::optional<Message> message;
    for (int i = 0; i < 2'000 && !(message = server->receive()); ++i) pause->wait(Milliseconds{1});
    return message;
  }
  // The first message that the server sees is the honest client's.
  void expect_only_intake() {
    const auto client = connect(intake_keys, server_keys.public_key);
    std::optional<Message> message;
    for (int i = 0; i < 5'000 && !message; ++i) {
      if (i % 100 == 0) (void)client->send(the_server, bytes("honest"));
      pause->wait(Milliseconds{1});
      message = server->receive();
    }
    ASSERT_TRUE(message);
    EXPECT_EQ(message->account, "intake");
    EXPECT_EQ(message->bytes, bytes("honest"));
    EXPECT_EQ(server->counts().dropped_unnamed, 0U);
  }
  bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 3'000; ++i) {
      if (holds()) return true;
      pause->wait(Milliseconds{1});
    }
    return false;
  }
};

TEST_F(Admissions, a_key_without_an_account_is_refused) {
  const auto client = connect(curve_keys(), server_keys.public_key);
  EXPECT_TRUE(eventually([&] { return hub->refused() > 0; }));
  EXPECT_EQ(client->send(the_server, bytes("let me in")), Sent::full);
  expect_only_intake();
}

struct Strangers : testing::Test {
  using Told = std::vector<std::pair<std::string, std::string>>;
  std::unique_ptr<Hub> hub{Hub::open().value()};
  CurveKeys server_keys{curve_keys()};
  std::mutex mutex{};
  Told told{};
  std::unique_ptr<Endpoint> server{};
  std::unique_ptr<Waiter> pause{hub->waiter({})};

  void SetUp() override {
    hub->on_stranger([this](const std::string& name, const std::string& key) {
      const std::lock_guard lock{mutex};
      told.emplace_back(name, key);
    });
    server = hub->serve({.name = "log-cmd", .address = "tcp://127.0.0.1:*", .keys = server_keys})
                 .value();
  }
  std::unique_ptr<Endpoint> knock(const CurveKeys& keys) {
    return hub
        ->connect({.address = server->address(),
                   .server_public_key = server_keys.public_key,
                   .keys = keys})
        .value();
  }
  void wait_for_refusals(std::uint64_t count) {
    for (int i = 0; i < 20'000 && hub->refused() < count; ++i) pause->wait(Milliseconds{1});
    ASSERT_GE(hub->refused(), count);
  }
  Told all() {
    const std::lock_guard lock{mutex};
    return told;
  }
};

TEST_F(Strangers, an_unknown_key_is_told_once_by_its_beginning) {
  const CurveKeys keys = curve_keys();
  for (std::uint64_t count = 1; count <= 3; ++count) {
    const auto client = knock(keys);
    wait_for_refusals(count);
  }
  EXPECT_EQ(all(), (Told{{"log-cmd", keys.public_key.substr(0, 8)}}));
}

TEST_F(Strangers, made_up_keys_fill_no_log) {
  std::vector<std::unique_ptr<Endpoint>> clients;
  for (std::size_t i = 0; i < Hub::strangers_max + 20; ++i) clients.push_back(knock(curve_keys()));
  wait_for_refusals(Hub::strangers_max + 20);
  const Told seen = all();
  ASSERT_EQ(seen.size(), Hub::strangers_max + 1);
  EXPECT_TRUE(seen.back().second.empty());
}

TEST_F(Admissions, a_client_that_expects_another_server_is_not_connected) {
  const auto client = connect(intake_keys, curve_keys().public_key);
  expect_only_intake();
  EXPECT_EQ(client->send(the_server, bytes("hello")), Sent::full);
}

TEST_F(Admissions, a_secret_key_that_does_not_fit_the_public_one_is_refused) {
  const auto client =
      connect({intake_keys.public_key, curve_keys().secret_key}, server_keys.public_key);
  expect_only_intake();
  EXPECT_EQ(client->send(the_server, bytes("hello")), Sent::full);
}

TEST_F(Admissions, a_client_without_any_mechanism_is_refused) {
  zmq::socket_t socket = dealer();
  knock(socket);
  expect_only_intake();
}

TEST_F(Admissions, a_client_with_a_password_is_refused) {
  zmq::socket_t socket = dealer();
  socket.set(zmq::sockopt::plain_username, "intake");
  socket.set(zmq::sockopt::plain_password, "intake");
  knock(socket);
  expect_only_intake();
}

TEST_F(Admissions, bytes_that_are_no_handshake_do_no_harm) {
  const std::string& address = server->address();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  tests::RawClient garbage{port};
  garbage.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  tests::RawClient half{port};
  half.send(std::string("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03", 11));
  expect_only_intake();
}

TEST_F(Admissions, without_an_authorised_key_nobody_gets_in) {
  const auto closed = hub->serve({.name = "aggregation",
                                  .address = "tcp://127.0.0.1:*",
                                  .keys = server_keys,
                                  .authorised = {}})
                          .value();
  const auto client = hub->connect({.address = closed->address(),
                                    .server_public_key = server_keys.public_key,
                                    .keys = intake_keys})
                          .value();
  EXPECT_TRUE(eventually([&] { return hub->refused() > 0; }));
  EXPECT_EQ(client->send(the_server, bytes("hello")), Sent::full);
  EXPECT_FALSE(closed->receive());
  expect_only_intake();
}

TEST_F(Admissions, keys_that_are_no_keys_are_errors) {
  EXPECT_FALSE(hub->connect(
      {.address = server->address(), .server_public_key = "short", .keys = intake_keys}));
  EXPECT_FALSE(hub->serve({.name = "x", .address = "tcp://127.0.0.1:*", .keys = {}}));
  EXPECT_FALSE(hub->serve({.name = "", .address = "tcp://127.0.0.1:*", .keys = server_keys}));
}

TEST_F(Admissions, a_port_in_use_is_said_to_be) {
  const auto second =
      hub->serve({.name = "second", .address = server->address(), .keys = server_keys});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_NE(second.error().message.find(server->address()), std::string::npos);
}

TEST_F(Admissions, a_message_of_several_frames_is_dropped_and_counted) {
  zmq::socket_t socket = dealer();
  socket.set(zmq::sockopt::curve_serverkey, server_keys.public_key);
  socket.set(zmq::sockopt::curve_publickey, intake_keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, intake_keys.secret_key);
  socket.connect(server->address());
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(socket.send(zmq::str_buffer("part"), zmq::send_flags::sndmore));
  }
  ASSERT_TRUE(socket.send(zmq::str_buffer("last"), zmq::send_flags::none));
  ASSERT_TRUE(socket.send(zmq::str_buffer("whole"), zmq::send_flags::none));
  const auto message = receive();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->bytes, bytes("whole"));
  EXPECT_EQ(server->counts().dropped_malformed, 1U);
  EXPECT_EQ(server->counts().received, 1U);
}

TEST_F(Admissions, a_message_over_the_limit_ends_its_connection_and_nothing_else) {
  zmq::socket_t socket = dealer();
  socket.set(zmq::sockopt::curve_serverkey, server_keys.public_key);
  socket.set(zmq::sockopt::curve_publickey, intake_keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, intake_keys.secret_key);
  socket.connect(server->address());
  ASSERT_TRUE(socket.send(zmq::message_t{Hub::message_bytes_max + 1'000}, zmq::send_flags::none));
  expect_only_intake();
}

TEST_F(Admissions, a_waiter_wakes_for_a_bell_and_for_a_message) {
  runtime::Bell bell;
  const auto waiter = hub->waiter({server.get()}, {bell.fd()});
  bell.ring();
  waiter->wait(Milliseconds{60'000});  // the test's own time limit is the proof
  bell.clear();
  const auto client = connect(intake_keys, server_keys.public_key);
  ASSERT_TRUE(eventually([&] { return client->send(the_server, bytes("x")) == Sent::sent; }));
  std::optional<Message> message;
  for (int i = 0; i < 100 && !message; ++i) {
    waiter->wait(Milliseconds{60'000});
    message = server->receive();
  }
  EXPECT_TRUE(message);
}

}  // namespace
}  // namespace doorstep::net
