#include "common/zmq/hub.h"

#include <atomic>
#include <utility>
#include <zmq.hpp>

#include "common/zmq/admission.h"
#include "common/zmq/endpoint.h"

namespace doorstep::net {

namespace {

// ZMQ_ZAP_ENFORCE_DOMAIN: hidden by the header as a draft, honoured by Debian's libzmq 4.3.4.
// Without it a server with no handler admits everybody.
constexpr int enforce_domain_option = 93;

constexpr int handshake_ms_max = 5'000;
constexpr int heartbeat_ms = 2'000;
// Generous: a peer that died closes its connection by itself, and a busy machine is not a dead one.
constexpr int heartbeat_timeout_ms = 10'000;
constexpr int reconnect_ms = 100;
constexpr int reconnect_ms_max = 1'000;
constexpr int connect_timeout_ms = 2'000;
constexpr int server_linger_ms = 1'000;
constexpr int client_linger_ms = 200;

void set_common(zmq::socket_t& socket, int linger_ms, int send_max, int receive_max) {
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::sndhwm, send_max);
  socket.set(zmq::sockopt::rcvhwm, receive_max);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(Hub::message_bytes_max));
  socket.set(zmq::sockopt::handshake_ivl, handshake_ms_max);
  socket.set(zmq::sockopt::heartbeat_ivl, heartbeat_ms);
  socket.set(zmq::sockopt::heartbeat_timeout, heartbeat_timeout_ms);
  socket.set(zmq::sockopt::heartbeat_ttl, heartbeat_timeout_ms);
}

std::unexpected<Error> refusal(const std::string& what, const zmq::error_t& error) {
  const bool taken = error.num() == EADDRINUSE;
  return failure(taken ? ErrorCode::unavailable : ErrorCode::io,
                 what + ": " +
                     (taken ? "another program uses this port; stop it or choose another --port"
                            : error.what()));
}

class PollWaiter final : public Waiter {
 public:
  explicit PollWaiter(std::vector<zmq_pollitem_t> items) : items_{std::move(items)} {}

  void wait(Milliseconds max) override {
    // Interrupted, or closing: the caller looks for itself.
    (void)zmq_poll(items_.data(), static_cast<int>(items_.size()), static_cast<long>(max.count()));
  }

 private:
  std::vector<zmq_pollitem_t> items_;
};

}  // namespace

struct Hub::Parts {
  explicit Parts(int io_threads) : context{io_threads}, admission{context} {}
  ~Parts() {
    admission.expect_end();
    context.shutdown();
  }
  // Hears of each handshake of `socket` that succeeds.
  zmq::socket_t monitor(zmq::socket_t& socket) {
    const std::string name = "inproc://connections-" + std::to_string(++monitors);
    if (zmq_socket_monitor(socket.handle(), name.c_str(), ZMQ_EVENT_HANDSHAKE_SUCCEEDED) != 0) {
      throw zmq::error_t{};
    }
    zmq::socket_t ear{context, zmq::socket_type::pair};
    ear.set(zmq::sockopt::linger, 0);
    ear.connect(name);
    return ear;
  }
  std::atomic<std::uint64_t> monitors{};
  zmq::context_t context;
  Admission admission;
};

Hub::Hub(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::open(int io_threads) {
  if (zmq_has("curve") == 0) {
    return failure(ErrorCode::io, "this machine's libzmq was built without CURVE");
  }
  try {
    return std::unique_ptr<Hub>{new Hub{std::make_unique<Parts>(io_threads)}};
  } catch (const zmq::error_t& error) {
    return refusal("start messages", error);
  }
}

Result<std::unique_ptr<Endpoint>> Hub::serve(const ServerOptions& options) {
  const std::string what = "serve " + options.name + " at " + options.address;
  if (options.name.empty()) return failure(ErrorCode::invalid, what + ": it needs a name");
  try {
    parts_->admission.authorise(options.name, options.authorised);
    zmq::socket_t socket{parts_->context, zmq::socket_type::router};
    set_common(socket, server_linger_ms, options.to_peer_max, options.from_peer_max);
    socket.set(zmq::sockopt::router_mandatory, true);
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, options.keys.secret_key);
    socket.set(zmq::sockopt::zap_domain, options.name);
    const int enforce = 1;
    if (zmq_setsockopt(socket.handle(), enforce_domain_option, &enforce, sizeof enforce) != 0) {
      return failure(ErrorCode::io, what + ": this libzmq cannot be made to fail closed");
    }
    int mechanism{};
    std::size_t size = sizeof mechanism;
    if (zmq_getsockopt(socket.handle(), ZMQ_MECHANISM, &mechanism, &size) != 0 ||
        mechanism != ZMQ_CURVE) {
      return failure(ErrorCode::io, what + ": the socket does not speak CURVE");
    }
    socket.bind(options.address);
    std::string address = socket.get(zmq::sockopt::last_endpoint);
    return std::make_unique<ServerEndpoint>(std::move(socket), std::move(address),
                                            options.peers_max);
  } catch (const zmq::error_t& error) {
    return refusal(what, error);
  }
}

Result<std::unique_ptr<Endpoint>> Hub::connect(const ClientOptions& options) {
  const std::string what = "connect to " + options.address;
  try {
    zmq::socket_t socket{parts_->context, zmq::socket_type::dealer};
    set_common(socket, client_linger_ms, options.to_server_max, options.from_server_max);
    // Only a server that answers gets messages: what waits for one that is down would be stale.
    socket.set(zmq::sockopt::immediate, true);
    socket.set(zmq::sockopt::reconnect_ivl, reconnect_ms);
    socket.set(zmq::sockopt::reconnect_ivl_max, reconnect_ms_max);
    socket.set(zmq::sockopt::connect_timeout, connect_timeout_ms);
    socket.set(zmq::sockopt::curve_serverkey, options.server_public_key);
    socket.set(zmq::sockopt::curve_publickey, options.keys.public_key);
    socket.set(zmq::sockopt::curve_secretkey, options.keys.secret_key);
    zmq::socket_t monitor = parts_->monitor(socket);
    socket.connect(options.address);
    return std::make_unique<ClientEndpoint>(std::move(socket), options.address, std::move(monitor));
  } catch (const zmq::error_t& error) {
    return refusal(what, error);
  }
}

std::unique_ptr<Waiter> Hub::waiter(const std::vector<const Endpoint*>& endpoints,
                                    const std::vector<int>& wake_fds) {
  std::vector<zmq_pollitem_t> items;
  for (const Endpoint* endpoint : endpoints) {
    // Every Endpoint comes from this class.
    items.push_back({static_cast<const SocketEndpoint*>(endpoint)->handle(), 0, ZMQ_POLLIN, 0});
  }
  for (const int fd : wake_fds) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  return std::make_unique<PollWaiter>(std::move(items));
}

void Hub::on_stranger(Stranger told) { parts_->admission.on_stranger(std::move(told)); }

std::uint64_t Hub::refused() const { return parts_->admission.refused(); }

}  // namespace doorstep::net
