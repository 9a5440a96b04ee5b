#include "common/memory/memory_messages.h"

#include <deque>
#include <map>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::memory {

// One connection of a client to whoever serves the address now.
struct MemoryNetwork::Port {
  struct Link {
    std::string account{};
    std::size_t to_server{};  // how many messages of this peer are in the inbox
    std::deque<SharedBytes> to_client{};
  };
  bool served{};
  std::uint64_t generation{};  // counts servers, and cables pulled
  std::deque<Message> inbox{};
  std::map<PeerId, Link> links{};

  void break_links() {
    inbox.clear();
    links.clear();
  }
};

struct MemoryNetwork::Ports {
  std::map<std::string, Port> by_address{};
  std::uint64_t next_peer{1};
};

class MemoryNetwork::Server final : public Messages {
 public:
  Server(Port& port, const Limits& limits) : port_{port}, limits_{limits} {
    port_.served = true;
    ++port_.generation;
  }
  ~Server() override {
    port_.break_links();
    port_.served = false;
  }

  [[nodiscard]] std::optional<Message> receive() override {
    if (port_.inbox.empty()) return std::nullopt;
    Message message = std::move(port_.inbox.front());
    port_.inbox.pop_front();
    if (const auto link = port_.links.find(message.peer); link != port_.links.end()) {
      --link->second.to_server;
    }
    return message;
  }

  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override {
    const auto link = port_.links.find(peer);
    if (link == port_.links.end()) return Sent::gone;
    if (link->second.to_client.size() >= limits_.to_client_max) return Sent::full;
    link->second.to_client.emplace_back(Bytes{bytes.begin(), bytes.end()});
    return Sent::sent;
  }

 private:
  Port& port_;
  const Limits& limits_;
};

class MemoryNetwork::Client final : public Messages {
 public:
  Client(Port& port, Ports& ports, const Limits& limits, std::string account)
      : port_{port}, ports_{ports}, limits_{limits}, account_{std::move(account)} {}
  ~Client() override {
    port_.links.erase(peer_);
    std::erase_if(port_.inbox, [this](const Message& message) { return message.peer == peer_; });
  }

  [[nodiscard]] std::optional<Message> receive() override {
    const auto link = port_.links.find(peer_);
    if (link == port_.links.end() || link->second.to_client.empty()) return std::nullopt;
    Message message{the_server, {}, std::move(link->second.to_client.front())};
    link->second.to_client.pop_front();
    return message;
  }

  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override {
    if (peer != the_server) return Sent::gone;
    if (!port_.served) return Sent::full;
    auto link = port_.links.find(peer_);
    if (link == port_.links.end()) {
      peer_ = PeerId{ports_.next_peer++};
      link = port_.links.emplace(peer_, Port::Link{.account = account_}).first;
    }
    if (link->second.to_server >= limits_.to_server_max) return Sent::full;
    ++link->second.to_server;
    port_.inbox.push_back({peer_, account_, Bytes{bytes.begin(), bytes.end()}});
    return Sent::sent;
  }

  [[nodiscard]] std::uint64_t connection() const override { return port_.generation; }

 private:
  Port& port_;
  Ports& ports_;
  const Limits& limits_;
  std::string account_;
  PeerId peer_{};
};

MemoryNetwork::MemoryNetwork(Limits limits) : limits_{limits}, ports_{std::make_unique<Ports>()} {}
MemoryNetwork::~MemoryNetwork() = default;

std::unique_ptr<Messages> MemoryNetwork::serve(const std::string& address) {
  Port& port = ports_->by_address[address];
  DOORSTEP_ASSERT(!port.served);
  return std::make_unique<Server>(port, limits_);
}

std::unique_ptr<Messages> MemoryNetwork::connect(const std::string& address,
                                                 const std::string& account) {
  return std::make_unique<Client>(ports_->by_address[address], *ports_, limits_, account);
}

void MemoryNetwork::disconnect(const std::string& address) {
  Port& port = ports_->by_address[address];
  port.break_links();
  ++port.generation;
}

}  // namespace doorstep::memory
