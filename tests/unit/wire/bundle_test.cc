#include "common/wire/bundle.h"

#include <gtest/gtest.h>

#include <cstring>

#include "common/memory/memory_messages.h"
#include "common/wire/log_protocol.h"
#include "tests/support/bundle_of.h"

namespace doorstep::wire {
namespace {

Bytes lookup(std::uint64_t number) {
  return encode(Request{number, Lookup{AppendId{{1, number}}}});
}
Bytes found(std::uint64_t number) { return encode(Reply{number, Found{}}); }

TEST(Bundle, gives_back_the_frames_that_it_was_made_of) {
  const std::vector<Bytes> frames{lookup(1), lookup(2), found(3)};
  const Bytes bundle = test::bundle_of(frames);
  EXPECT_TRUE(is_bundle(bundle));
  EXPECT_FALSE(is_bundle(frames[0]));
  const auto opened = open_bundle(bundle).value();
  ASSERT_EQ(opened.size(), 3u);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(Bytes(opened[i].begin(), opened[i].end()), frames[i]);
    EXPECT_EQ((opened[i].data() - bundle.data()) % 8, 0);
  }
}

TEST(Bundle, every_cut_of_one_is_refused) {
  const Bytes bundle = test::bundle_of({lookup(1), lookup(2)});
  for (std::size_t size = 0; size < bundle.size(); ++size) {
    const auto opened = open_bundle(BytesView{bundle}.first(size));
    // A cut between two frames leaves a bundle of the first.
    if (opened) {
      EXPECT_EQ(size, 8 + 8 + lookup(1).size());
    }
  }
}

TEST(Bundle, impossible_lengths_are_refused) {
  for (const std::uint64_t length : {0ull, 7ull, 12ull, 1'000'000ull, ~0ull}) {
    Bytes bundle = test::bundle_of({lookup(1)});
    std::memcpy(bundle.data() + 8, &length, sizeof length);
    EXPECT_FALSE(open_bundle(bundle)) << length;
  }
}

TEST(Bundle, a_bundle_in_a_bundle_is_refused) {
  EXPECT_FALSE(open_bundle(test::bundle_of({test::bundle_of({lookup(1)})})));
}

TEST(Bundle, more_frames_than_the_limit_are_refused) {
  Bytes bundle = test::bundle_of(std::vector<Bytes>(bundle_frames_max, lookup(1)));
  EXPECT_TRUE(open_bundle(bundle));
  const Bytes one = test::bundle_of({lookup(1)});
  bundle.insert(bundle.end(), one.begin() + 8, one.end());
  EXPECT_FALSE(open_bundle(bundle));
}

// A client and a server, and what passes between them.
struct BundledMessagesTest : testing::Test {
  memory::MemoryNetwork network{};
  std::unique_ptr<Messages> server_end{network.serve("cmd")};
  std::unique_ptr<Messages> client_end{network.connect("cmd", "cli")};
  BundledMessages server{*server_end};
  BundledMessages client{*client_end};

  // The client learns from a frame of the server that it understands bundles.
  PeerId introduce() {
    EXPECT_EQ(client.send(the_server, lookup(1)), Sent::sent);
    const auto request = server.receive();
    EXPECT_EQ(server.send(request->peer, found(1)), Sent::sent);
    EXPECT_TRUE(client.receive().has_value());
    return request->peer;
  }
};

TEST_F(BundledMessagesTest, frames_go_one_by_one_until_the_other_side_is_known) {
  EXPECT_EQ(client.send(the_server, lookup(1)), Sent::sent);
  EXPECT_EQ(client.send(the_server, lookup(2)), Sent::sent);
  EXPECT_FALSE(client.flush());
  EXPECT_EQ(server_end->receive()->bytes, lookup(1));
  EXPECT_EQ(server_end->receive()->bytes, lookup(2));
}

TEST_F(BundledMessagesTest, then_what_is_sent_between_two_flushes_is_one_message) {
  introduce();
  for (std::uint64_t n = 2; n <= 40; ++n) ASSERT_EQ(client.send(the_server, lookup(n)), Sent::sent);
  EXPECT_FALSE(server_end->receive().has_value()) << "nothing before the flush";
  EXPECT_TRUE(client.flush());
  const auto message = server_end->receive();
  EXPECT_TRUE(is_bundle(message->bytes));
  EXPECT_FALSE(server_end->receive().has_value());
  EXPECT_EQ(open_bundle(message->bytes).value().size(), 39u);
}

TEST_F(BundledMessagesTest, a_server_bundles_for_who_has_bundled_and_for_nobody_else) {
  const PeerId peer = introduce();
  const auto other_end = network.connect("cmd", "old");
  ASSERT_EQ(other_end->send(the_server, lookup(7)), Sent::sent);
  for (std::uint64_t n = 2; n <= 4; ++n) ASSERT_EQ(client.send(the_server, lookup(n)), Sent::sent);
  client.flush();
  PeerId other{};
  while (const auto request = server.receive()) {
    if (request->peer != peer) other = request->peer;
    ASSERT_EQ(server.send(request->peer, found(1)), Sent::sent);
  }
  ASSERT_EQ(server.send(other, found(2)), Sent::sent);
  server.flush();
  EXPECT_TRUE(is_bundle(client_end->receive()->bytes));
  EXPECT_EQ(other_end->receive()->bytes, found(1));
  EXPECT_EQ(other_end->receive()->bytes, found(2));
}

TEST_F(BundledMessagesTest, a_single_frame_goes_as_it_is) {
  introduce();
  ASSERT_EQ(client.send(the_server, lookup(2)), Sent::sent);
  client.flush();
  EXPECT_EQ(server_end->receive()->bytes, lookup(2));
}

TEST_F(BundledMessagesTest, what_is_too_large_to_wait_goes_in_order) {
  introduce();
  Append large{.append_id = AppendId{{1, 9}}, .events = {Bytes(bundle_bytes_max)}};
  const Bytes frame = encode(Request{9, large});
  ASSERT_EQ(client.send(the_server, lookup(2)), Sent::sent);
  ASSERT_EQ(client.send(the_server, frame), Sent::sent);
  ASSERT_EQ(client.send(the_server, lookup(3)), Sent::sent);
  client.flush();
  EXPECT_EQ(server.receive()->bytes, lookup(2));
  EXPECT_EQ(server.receive()->bytes, frame);
  EXPECT_EQ(server.receive()->bytes, lookup(3));
}

TEST_F(BundledMessagesTest, a_full_queue_keeps_what_was_taken) {
  memory::MemoryNetwork narrow{{.to_server_max = 1}};
  const auto narrow_server = narrow.serve("cmd");
  const auto narrow_client = narrow.connect("cmd", "cli");
  BundledMessages sender{*narrow_client};
  ASSERT_EQ(sender.send(the_server, lookup(1)), Sent::sent);
  ASSERT_EQ(narrow_server->send(narrow_server->receive()->peer, found(1)), Sent::sent);
  ASSERT_TRUE(sender.receive().has_value());
  ASSERT_EQ(narrow_client->send(the_server, lookup(0)), Sent::sent);  // the queue is full
  ASSERT_EQ(sender.send(the_server, lookup(2)), Sent::sent);
  ASSERT_EQ(sender.send(the_server, lookup(3)), Sent::sent);
  EXPECT_FALSE(sender.flush());
  EXPECT_TRUE(sender.has_unsent());
  ASSERT_TRUE(narrow_server->receive().has_value());
  EXPECT_TRUE(sender.flush());
  EXPECT_FALSE(sender.has_unsent());
  EXPECT_EQ(open_bundle(narrow_server->receive()->bytes).value().size(), 2u);
}

}  // namespace
}  // namespace doorstep::wire
