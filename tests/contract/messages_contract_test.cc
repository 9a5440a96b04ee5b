// What every implementation of Messages promises, checked for the one in memory and for ZeroMQ over
// loopback with CURVE.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/memory/memory_messages.h"
#include "common/runtime/key_pair.h"
#include "common/zmq/hub.h"

namespace doorstep {
namespace {

Bytes bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

// One server and as many clients as a test wants.
class World {
 public:
  virtual ~World() = default;
  virtual void start_server() = 0;
  virtual void stop_server() = 0;
  virtual Messages& server() = 0;
  virtual Messages& connect(const std::string& account) = 0;
  // Lets what is under way arrive.
  virtual void settle() = 0;
};

class MemoryWorld final : public World {
 public:
  MemoryWorld() : network_{{.to_server_max = 8, .to_client_max = 8}} { start_server(); }
  void start_server() override { server_ = network_.serve("log"); }
  void stop_server() override { server_.reset(); }
  Messages& server() override { return *server_; }
  Messages& connect(const std::string& account) override {
    clients_.push_back(network_.connect("log", account));
    return *clients_.back();
  }
  void settle() override {}

 private:
  memory::MemoryNetwork network_;
  std::unique_ptr<Messages> server_{};
  std::vector<std::unique_ptr<Messages>> clients_{};
};

net::CurveKeys curve_keys() {
  const auto pair = runtime::make_curve_key_pair().value();
  return {pair.public_key, pair.secret_key};
}

class ZmqWorld final : public World {
 public:
  ZmqWorld() { start_server(); }
  void start_server() override {
    const net::ServerOptions options{.name = "log",
                                     .address = address_,
                                     .keys = server_keys_,
                                     .authorised = {{"intake", intake_keys_.public_key},
                                                    {"assignment", assignment_keys_.public_key}},
                                     .to_peer_max = 8,
                                     .from_peer_max = 8};
    // libzmq gives the port of a closed socket back a moment later, on its own thread.
    for (int i = 0; i < 2'000 && !server_; ++i) {
      if (auto server = hub_->serve(options)) server_ = std::move(*server);
      if (!server_) settle();
    }
    address_ = server_->address();
  }
  void stop_server() override { server_.reset(); }
  Messages& server() override { return *server_; }
  Messages& connect(const std::string& account) override {
    clients_.push_back(hub_->connect({.address = address_,
                                      .server_public_key = server_keys_.public_key,
                                      .keys = account == "intake" ? intake_keys_ : assignment_keys_,
                                      .to_server_max = 8,
                                      .from_server_max = 8})
                           .value());
    return *clients_.back();
  }
  void settle() override { pause_->wait(Milliseconds{1}); }

 private:
  std::unique_ptr<net::Hub> hub_{net::Hub::open().value()};
  std::unique_ptr<Waiter> pause_{hub_->waiter({})};
  net::CurveKeys server_keys_{curve_keys()};
  net::CurveKeys intake_keys_{curve_keys()};
  net::CurveKeys assignment_keys_{curve_keys()};
  std::string address_{"tcp://127.0.0.1:*"};
  std::unique_ptr<net::Endpoint> server_{};
  std::vector<std::unique_ptr<net::Endpoint>> clients_{};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

struct MessagesContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};

  // False: it did not come true in some seconds.
  bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 2'000; ++i) {
      if (holds()) return true;
      world->settle();
    }
    return false;
  }
  Message receive(Messages& endpoint) {
    std::optional<Message> message;
    EXPECT_TRUE(eventually([&] { return (message = endpoint.receive()).has_value(); }));
    return message.value_or(Message{});
  }
  // A client may have to connect first.
  void send(Messages& client, std::string_view text) {
    EXPECT_TRUE(eventually([&] { return client.send(the_server, bytes(text)) == Sent::sent; }));
  }
};

TEST_P(MessagesContract, nothing_waits_at_first) {
  EXPECT_FALSE(world->server().receive());
  EXPECT_FALSE(world->connect("intake").receive());
}

TEST_P(MessagesContract, a_message_arrives_with_its_bytes_and_the_senders_account) {
  Messages& client = world->connect("intake");
  send(client, "knock");
  const Message message = receive(world->server());
  EXPECT_EQ(message.bytes, bytes("knock"));
  EXPECT_EQ(message.account, "intake");
  EXPECT_NE(message.peer, the_server);
}

TEST_P(MessagesContract, an_answer_reaches_the_peer_that_asked_and_no_other) {
  Messages& asking = world->connect("intake");
  Messages& other = world->connect("assignment");
  send(other, "hello");
  const Message hello = receive(world->server());
  EXPECT_EQ(hello.account, "assignment");
  send(asking, "question");
  const Message question = receive(world->server());
  EXPECT_NE(question.peer, hello.peer);
  EXPECT_EQ(world->server().send(question.peer, bytes("answer")), Sent::sent);
  const Message answer = receive(asking);
  EXPECT_EQ(answer.bytes, bytes("answer"));
  EXPECT_EQ(answer.peer, the_server);
  EXPECT_FALSE(other.receive());
}

TEST_P(MessagesContract, messages_of_one_peer_arrive_in_order_and_an_empty_one_too) {
  Messages& client = world->connect("intake");
  for (const char* text : {"one", "", "three"}) send(client, text);
  for (const char* text : {"one", "", "three"}) {
    EXPECT_EQ(receive(world->server()).bytes, bytes(text));
  }
}

TEST_P(MessagesContract, a_large_message_arrives_whole) {
  Messages& client = world->connect("intake");
  const std::string large(3 * 1024 * 1024, 'd');
  send(client, large);
  EXPECT_EQ(receive(world->server()).bytes, bytes(large));
}

// What is shared is as it was for whoever receives it, and let go of in the end.
TEST_P(MessagesContract, shared_bytes_arrive_whole_both_ways_and_are_let_go_of) {
  Messages& client = world->connect("intake");
  for (const std::size_t size : {100, 16 * 1024, 3 * 1024 * 1024}) {
    auto owner = std::make_shared<const Bytes>(size, std::byte{7});
    const std::weak_ptr<const Bytes> kept = owner;
    SharedBytes shared{*owner, std::move(owner)};
    EXPECT_TRUE(eventually([&] { return client.send_shared(the_server, shared) == Sent::sent; }));
    Message question = receive(world->server());
    EXPECT_EQ(question.bytes, shared);
    EXPECT_EQ(world->server().send_shared(question.peer, shared), Sent::sent);
    EXPECT_EQ(world->server().send_shared(PeerId{4'711}, shared), Sent::gone);
    Message answer = receive(client);
    EXPECT_EQ(answer.bytes, shared);
    shared = {};
    question = answer = {};
    EXPECT_TRUE(eventually([&] { return kept.expired(); })) << size;
  }
}

TEST_P(MessagesContract, two_connections_of_one_account_are_two_peers) {
  Messages& one = world->connect("intake");
  Messages& two = world->connect("intake");
  send(one, "a");
  const Message first = receive(world->server());
  send(two, "b");
  EXPECT_NE(receive(world->server()).peer, first.peer);
}

TEST_P(MessagesContract, a_peer_that_never_was_is_gone) {
  EXPECT_EQ(world->server().send(PeerId{987'654}, bytes("x")), Sent::gone);
  EXPECT_EQ(world->connect("intake").send(PeerId{1}, bytes("x")), Sent::gone);
}

TEST_P(MessagesContract, a_client_whose_server_does_not_take_its_messages_finds_the_queue_full) {
  Messages& client = world->connect("intake");
  send(client, "first");
  const std::string large(1024 * 1024, 'd');  // so that the sockets' own buffers fill soon
  bool full = false;
  for (int i = 0; i < 200 && !full; ++i) full = client.send(the_server, bytes(large)) == Sent::full;
  EXPECT_TRUE(full);
}

TEST_P(MessagesContract,
       a_peer_that_does_not_take_its_messages_finds_its_queue_full_and_others_do_not) {
  Messages& slow = world->connect("intake");
  Messages& quick = world->connect("assignment");
  send(slow, "a");
  const PeerId slow_peer = receive(world->server()).peer;
  send(quick, "b");
  const PeerId quick_peer = receive(world->server()).peer;
  const std::string large(1024 * 1024, 'd');
  bool full = false;
  for (int i = 0; i < 200 && !full; ++i) {
    full = world->server().send(slow_peer, bytes(large)) == Sent::full;
  }
  EXPECT_TRUE(full);
  EXPECT_EQ(world->server().send(quick_peer, bytes("c")), Sent::sent);
  EXPECT_EQ(receive(quick).bytes, bytes("c"));
}

TEST_P(MessagesContract, without_a_server_the_queue_is_full) {
  world->stop_server();
  Messages& client = world->connect("intake");
  world->settle();
  EXPECT_EQ(client.send(the_server, bytes("x")), Sent::full);
}

TEST_P(MessagesContract, after_a_restart_of_the_server_a_client_comes_back_as_a_new_peer) {
  Messages& client = world->connect("intake");
  send(client, "before");
  const PeerId before = receive(world->server()).peer;
  world->stop_server();
  world->start_server();
  EXPECT_EQ(world->server().send(before, bytes("x")), Sent::gone);
  std::optional<Message> message;
  // What is sent while the connection breaks may be lost with it: a client sends again.
  EXPECT_TRUE(eventually([&] {
    (void)client.send(the_server, bytes("after"));
    return (message = world->server().receive()).has_value();
  }));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->account, "intake");
  EXPECT_EQ(world->server().send(message->peer, bytes("welcome")), Sent::sent);
  EXPECT_EQ(receive(client).bytes, bytes("welcome"));
}

TEST_P(MessagesContract, a_client_is_told_that_its_connection_is_a_new_one) {
  Messages& client = world->connect("intake");
  send(client, "before");
  (void)receive(world->server());
  // The hint comes with receiving, maybe a little late.
  EXPECT_TRUE(eventually([&] { return !client.receive() && client.connection() != 0; }));
  const std::uint64_t first = client.connection();
  send(client, "still the same");
  EXPECT_EQ(receive(world->server()).bytes, bytes("still the same"));
  EXPECT_FALSE(client.receive());
  EXPECT_EQ(client.connection(), first);
  world->stop_server();
  world->start_server();
  EXPECT_TRUE(eventually([&] { return !client.receive() && client.connection() != first; }));
  send(client, "after");
  EXPECT_EQ(receive(world->server()).bytes, bytes("after"));
}

INSTANTIATE_TEST_SUITE_P(
    , MessagesContract,
    testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                    Implementation{"zmq", [] { return std::make_unique<ZmqWorld>(); }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace doorstep
