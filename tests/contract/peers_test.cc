#include "common/zmq/peers.h"

#include <gtest/gtest.h>

namespace doorstep::net {
namespace {

TEST(PeersOfASocket, one_connection_keeps_its_name) {
  Peers peers{4};
  const PeerId peer = peers.heard("r1", "intake");
  EXPECT_EQ(peers.heard("r1", "intake"), peer);
  EXPECT_NE(peers.heard("r2", "intake"), peer);
  ASSERT_NE(peers.routing_id(peer), nullptr);
  EXPECT_EQ(*peers.routing_id(peer), "r1");
  EXPECT_NE(peer, the_server);
}

TEST(PeersOfASocket, another_account_under_the_same_routing_id_is_another_peer) {
  Peers peers{4};
  const PeerId intake = peers.heard("chosen", "intake");
  const PeerId assignment = peers.heard("chosen", "assignment");
  EXPECT_NE(assignment, intake);
  EXPECT_EQ(peers.routing_id(intake), nullptr);  // an answer meant for intake goes nowhere
  EXPECT_EQ(peers.size(), 1U);
}

TEST(PeersOfASocket, beyond_the_limit_the_one_silent_longest_is_forgotten) {
  Peers peers{3};
  const PeerId first = peers.heard("r1", "cli");
  const PeerId second = peers.heard("r2", "cli");
  (void)peers.heard("r3", "cli");
  (void)peers.heard("r1", "cli");
  (void)peers.heard("r4", "cli");
  EXPECT_EQ(peers.size(), 3U);
  EXPECT_EQ(peers.forgotten(), 1U);
  EXPECT_EQ(peers.routing_id(second), nullptr);
  EXPECT_NE(peers.routing_id(first), nullptr);
}

TEST(PeersOfASocket, an_account_with_too_many_peers_pushes_out_its_own_only) {
  Peers peers{100, 3};
  const PeerId intake = peers.heard("i1", "intake");
  const PeerId first = peers.heard("c1", "cli");
  for (const char* name : {"c2", "c3", "c4"}) (void)peers.heard(name, "cli");
  EXPECT_EQ(peers.routing_id(first), nullptr);
  EXPECT_NE(peers.routing_id(intake), nullptr);
  EXPECT_EQ(peers.size(), 4U);
  peers.forget(peers.heard("c4", "cli"));
  (void)peers.heard("c5", "cli");
  EXPECT_EQ(peers.forgotten(), 1U);
}

TEST(PeersOfASocket, a_peer_that_comes_back_after_it_was_forgotten_is_a_new_one) {
  Peers peers{3};
  const PeerId before = peers.heard("r1", "cli");
  peers.forget(before);
  peers.forget(before);
  EXPECT_NE(peers.heard("r1", "cli"), before);
}

}  // namespace
}  // namespace doorstep::net
