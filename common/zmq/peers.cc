#include "common/zmq/peers.h"

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
  std::string name{account};
  if (const auto of_account = of_account_.find(name);
      of_account != of_account_.end() && of_account->second >= of_account_max_) {
    forget_longest_silent(account);
  }
  if (peers_.size() >= peers_max_) forget_longest_silent({});
  const std::uint64_t id = next_++;
  ++of_account_[name];
  peers_.emplace(id, Peer{key, std::move(name), ++heard_});
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
  const auto of_account = of_account_.find(found->second.account);
  if (--of_account->second == 0) of_account_.erase(of_account);
  peers_.erase(found);
}

// Of all accounts where none is named.
void Peers::forget_longest_silent(std::string_view account) {
  auto silent = peers_.end();
  for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) {
    if (!account.empty() && peer->second.account != account) continue;
    if (silent == peers_.end() || peer->second.last_heard < silent->second.last_heard) {
      silent = peer;
    }
  }
  if (silent == peers_.end()) return;
  ++forgotten_;
  forget(PeerId{silent->first});
}

}  // namespace doorstep::net
