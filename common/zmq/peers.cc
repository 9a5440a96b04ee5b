#include "common/zmq/peers.h"

#include <algorithm>

namespace doorstep::net {

PeerId Peers::heard(std::string_view routing_id, std::string_view account) {
  std::string key{routing_id};
  if (const auto known = by_routing_id_.find(key); known != by_routing_id_.end()) {
    Peer& peer = peers_.at(known->second);
    if (peer.account == account) {
      peer.last_heard = ++heard_;
      return PeerId{known->second};
    }
    forget(PeerId{known->second});
  }
  if (peers_.size() >= peers_max_) forget_longest_silent();
  const std::uint64_t id = next_++;
  peers_.emplace(id, Peer{key, std::string{account}, ++heard_});
  by_routing_id_.emplace(std::move(key), id);
  return PeerId{id};
}

const std::string* Peers::routing_id(PeerId peer) const {
  const auto found = peers_.find(static_cast<std::uint64_t>(peer));
  return found == peers_.end() ? nullptr : &found->second.routing_id;
}

void Peers::forget(PeerId peer) {
  const auto found = peers_.find(static_cast<std::uint64_t>(peer));
  if (found == peers_.end()) return;
  by_routing_id_.erase(found->second.routing_id);
  peers_.erase(found);
}

void Peers::forget_longest_silent() {
  const auto silent = std::ranges::min_element(
      peers_, {}, [](const auto& entry) { return entry.second.last_heard; });
  if (silent == peers_.end()) return;
  ++forgotten_;
  forget(PeerId{silent->first});
}

}  // namespace doorstep::net
