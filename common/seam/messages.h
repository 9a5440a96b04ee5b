// Messages between processes: bytes from and to peers that proved who they are. Nothing here
// blocks; a full queue is a value. One thread owns an endpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace doorstep {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

// Names one connection as long as it lives; never reused within a process.
enum class PeerId : std::uint64_t {};
// A client endpoint has this one peer.
inline constexpr PeerId the_server{0};

struct Message {
  PeerId peer{};
  std::string account{};  // whose key it is (server side); never empty there
  Bytes bytes{};
};

enum class Sent : std::uint8_t {
  sent,  // handed over: it may still be lost with the connection
  full,  // the peer's queue is at its limit: keep it and try again later
  gone,  // no such peer any more
};

class Messages {
 public:
  virtual ~Messages() = default;
  // The next message, if one is waiting.
  [[nodiscard]] virtual std::optional<Message> receive() = 0;
  [[nodiscard]] virtual Sent send(PeerId peer, BytesView bytes) = 0;
  // A client's: another number each time that a connection was made anew, so that what was under
  // way on the one before can be sent again at once. A hint: it may come a little late, or never.
  [[nodiscard]] virtual std::uint64_t connection() const { return 0; }
};

}  // namespace doorstep
