// Which connection a PeerId means: routing ids and the accounts that proved themselves on them.
// Bounded, for each account and in all: the peer that was silent longest is forgotten, and sending
// to it says `gone`. So no account pushes out another one's peers before it has too many itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/seam/messages.h"

namespace doorstep::net {

class Peers {
 public:
  explicit Peers(std::size_t peers_max, std::size_t of_account_max = 1'024)
      : peers_max_{peers_max}, of_account_max_{of_account_max} {}

  // A client may choose its routing id, and another account may choose the same later: that is
  // another peer.
  [[nodiscard]] PeerId heard(std::string_view routing_id, std::string_view account);
  // Null: forgotten, or never heard of. Valid until the next call of heard() or forget().
  [[nodiscard]] const std::string* routing_id(PeerId peer) const;
  void forget(PeerId peer);

  [[nodiscard]] std::size_t size() const { return peers_.size(); }
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Peer {
    std::string routing_id{};
    std::string account{};
    std::uint64_t last_heard{};
  };
  void forget_longest_silent(std::string_view account);

  std::size_t peers_max_;
  std::size_t of_account_max_;
  std::uint64_t next_{1};
  std::uint64_t heard_{};
  std::uint64_t forgotten_{};
  std::unordered_map<std::uint64_t, Peer> peers_{};
  std::unordered_map<std::string, std::uint64_t> by_routing_id_{};
  std::unordered_map<std::string, std::size_t> of_account_{};
};

}  // namespace doorstep::net
