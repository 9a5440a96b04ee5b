// Messages over ZeroMQ: CURVE on every socket, and a handler (ZAP) that admits only known keys and
// says whose they are. One Hub a process; it must outlive its endpoints, and an endpoint belongs to
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/domain/result.h"
#include "common/seam/messages.h"
#include "common/seam/waiter.h"

namespace doorstep::net {

// A CURVE pair in Z85 text, 40 characters each.
struct CurveKeys {
  std::string public_key{};
  std::string secret_key{};
};

struct AuthorisedKey {
  std::string account{};
  std::string public_key{};
};

struct ServerOptions {
  std::string name{};     // of this socket, for errors and for the handler: "log-cmd"
  std::string address{};  // tcp://127.0.0.1:8422; port * takes a free one
  CurveKeys keys{};
  std::vector<AuthorisedKey> authorised{};  // nobody else gets past the handshake
  std::size_t peers_max{4'096};             // the one that was silent longest is forgotten
  int to_peer_max{100'000};                 // messages waiting for one peer; above any credit
  int from_peer_max{2'048};
};

struct ClientOptions {
  std::string address{};
  std::string server_public_key{};
  CurveKeys keys{};
  int to_server_max{2'048};
  int from_server_max{100'000};
};

// What an endpoint has seen. Dropped messages are never shown to the service.
struct EndpointCounts {
  std::uint64_t received{};
  std::uint64_t sent{};
  std::uint64_t dropped_unnamed{};    // no account on the message: must stay 0
  std::uint64_t dropped_malformed{};  // more frames than one
  std::uint64_t peers_forgotten{};
};

// A client endpoint says `full` also while it is not connected; it connects again by itself.
class Endpoint : public Messages {
 public:
  [[nodiscard]] virtual const EndpointCounts& counts() const = 0;
  [[nodiscard]] virtual const std::string& address() const = 0;  // with the port that was taken
};

class Hub {
 public:
  static constexpr std::size_t message_bytes_max =
      8 * 1024 * 1024;  // a larger one ends its connection

  // Starts the handler. Its death ends the process: nobody could be admitted any more.
  [[nodiscard]] static Result<std::unique_ptr<Hub>> open(int io_threads = 1);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // unavailable: the address is taken. Checks that the socket really speaks CURVE.
  [[nodiscard]] Result<std::unique_ptr<Endpoint>> serve(const ServerOptions& options);
  // Returns at once; the connection is made in the background, and again after a break.
  [[nodiscard]] Result<std::unique_ptr<Endpoint>> connect(const ClientOptions& options);

  // Sleeps until one of `endpoints` has a message or one of `wake_fds` (bells, the stop signal) is
  // readable; it reads neither. For the thread that owns the endpoints, which must outlive it.
  [[nodiscard]] std::unique_ptr<Waiter> waiter(const std::vector<const Endpoint*>& endpoints,
                                               const std::vector<int>& wake_fds = {});

  // Tells of each key that was turned away, once: where it knocked ("log-cmd"), and the beginning
  // of the key. At most `strangers_max` keys are told and remembered; of the next one the key is
  // empty, and then no more are told. Called on the handler's thread, which waits for it; before
  // serve().
  static constexpr std::size_t strangers_max = 64;
  using Stranger = std::function<void(const std::string& server, const std::string& key)>;
  void on_stranger(Stranger told);

  // Handshakes that the handler turned away.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct Parts;
  explicit Hub(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace doorstep::net
