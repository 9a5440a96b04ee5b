// The real HttpServer: Boost.Beast on one thread of its own, on loopback. It answers by itself what
// never reaches the service: malformed, too large, too slow, too many (RFC 9457 problems in Chinese
// and English).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/domain/instant.h"
#include "common/domain/result.h"
#include "common/seam/http.h"

namespace doorstep::web {

// Too many clients at once.
struct Crowd {
  std::size_t connections{};
  bool lacks_descriptors{};     // else `connections_max` was reached
  std::uint64_t turned_away{};  // and told so, since the server began
};

// For the log.
[[nodiscard]] std::string to_string(const Crowd& crowd);

struct BeastOptions {
  std::uint16_t port{};                  // 0 takes a free one
  std::size_t body_max{1024 * 1024};     // 413 above
  std::size_t header_max{8 * 1024};      // 431 above
  std::size_t connections_max{12'000};   // 503 above
  std::size_t requests_max{1'024};       // waiting for the service; 503 above
  Milliseconds request_timeout{10'000};  // for a whole request to arrive, once its first byte has
  Milliseconds idle_timeout{60'000};     // between requests
  Milliseconds write_timeout{10'000};    // a client that takes longer is closed
  // Host names that a request may be for: others are refused (421), so that a foreign page cannot
  // reach the server under its own name.
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "[::1]"};
  std::function<void()> arrived{};  // called on the server's thread: ring a bell
  // Called on the server's thread, at most every `crowded_every`, when a client was turned away
  // because too many are connected: for the log.
  std::function<void(const Crowd& crowd)> crowded{};
  Milliseconds crowded_every{10'000};
};

// Connections beyond the limit that are being told so; the next ones are told and closed at once.
inline constexpr std::size_t turned_away_max = 64;

struct BeastCounts {
  std::uint64_t requests{};
  std::uint64_t refused{};  // answered by the server itself
  std::uint64_t frames{};   // of streams, written
  std::uint64_t frames_replaced{};
  std::size_t connections{};
  std::size_t streams{};
};

class BeastServer final : public HttpServer {
 public:
  // unavailable: the port is taken. `arrived` must stay callable until the server is gone.
  [[nodiscard]] static Result<std::unique_ptr<BeastServer>> open(BeastOptions options);
  ~BeastServer() override;
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] BeastCounts counts() const;

  [[nodiscard]] std::optional<HttpRequest> receive() override;
  void respond(HttpToken token, HttpResponse response) override;
  void open_stream(HttpToken token) override;
  [[nodiscard]] Sent push(HttpToken token, std::shared_ptr<const std::string> frame) override;
  [[nodiscard]] std::vector<HttpToken> closed_streams() override;

 private:
  class Acceptor;
  explicit BeastServer(std::unique_ptr<Acceptor> acceptor);
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace doorstep::web
