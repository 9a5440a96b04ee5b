// The two kinds of socket behind an Endpoint. Exceptions of cppzmq end here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "common/zmq/hub.h"
#include "common/zmq/peers.h"

namespace doorstep::net {

class SocketEndpoint : public Endpoint {
 public:
  SocketEndpoint(zmq::socket_t socket, std::string address)
      : socket_{std::move(socket)}, address_{std::move(address)} {}

  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override {
    return send_frame(peer, {.bytes = bytes});
  }
  [[nodiscard]] Sent send_shared(PeerId peer, const SharedBytes& bytes) override {
    return send_frame(peer, {.bytes = bytes, .shared = &bytes});
  }
  [[nodiscard]] const EndpointCounts& counts() const override { return counts_; }
  [[nodiscard]] const std::string& address() const override { return address_; }
  [[nodiscard]] void* handle() const { return const_cast<zmq::socket_t&>(socket_).handle(); }

 protected:
  // What is sent. Made a message of only when there is room for it.
  struct Frame {
    BytesView bytes{};
    const SharedBytes* shared{};  // where they may stay, if they are many
    [[nodiscard]] zmq::message_t message() const;
  };
  [[nodiscard]] virtual Sent send_frame(PeerId peer, const Frame& frame) = 0;
  // All frames of the next message; more than `frames_max` are taken and thrown away, and empty
  // says so. nullopt: there is none.
  [[nodiscard]] std::optional<std::vector<zmq::message_t>> take(std::size_t frames_max);

  zmq::socket_t socket_;
  std::string address_;
  EndpointCounts counts_{};
};

// ROUTER: many peers, told apart by the routing id that libzmq puts in front.
class ServerEndpoint final : public SocketEndpoint {
 public:
  ServerEndpoint(zmq::socket_t socket, std::string address, std::size_t peers_max)
      : SocketEndpoint{std::move(socket), std::move(address)}, peers_{peers_max} {}

  [[nodiscard]] std::optional<Message> receive() override;

 private:
  [[nodiscard]] Sent send_frame(PeerId peer, const Frame& frame) override;
  [[nodiscard]] std::optional<Message> named(std::vector<zmq::message_t>& frames);
  Peers peers_;
};

// DEALER: one peer, the server. `monitor` gets an event for each handshake that succeeded.
class ClientEndpoint final : public SocketEndpoint {
 public:
  ClientEndpoint(zmq::socket_t socket, std::string address, zmq::socket_t monitor)
      : SocketEndpoint{std::move(socket), std::move(address)}, monitor_{std::move(monitor)} {}

  [[nodiscard]] std::optional<Message> receive() override;
  [[nodiscard]] std::uint64_t connection() const override { return connections_; }

 private:
  [[nodiscard]] Sent send_frame(PeerId peer, const Frame& frame) override;
  void count_connections();
  zmq::socket_t monitor_;
  std::uint64_t connections_{};
};

}  // namespace doorstep::net
