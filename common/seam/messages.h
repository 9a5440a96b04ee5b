// Messages between processes: bytes from and to peers that proved who they are. Nothing here
// blocks; a full queue is a value. One thread owns an endpoint.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace doorstep {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

// Bytes that nobody changes any more, kept by whoever holds them: what a socket received or sends
// need not be copied. They start at a multiple of 8. Any thread.
class SharedBytes {
 public:
  SharedBytes() = default;
  // Takes them over, so that a large one is not copied.
  SharedBytes(Bytes bytes) {  // NOLINT(google-explicit-constructor)
    auto owner = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *owner;
    owner_ = std::move(owner);
  }
  // Pre-condition: `view` is valid and unchanged as long as the owner, and starts at a multiple
  // of 8.
  SharedBytes(BytesView view, std::shared_ptr<const void> owner)
      : view_{view}, owner_{std::move(owner)} {}
  SharedBytes(const SharedBytes&) = default;
  SharedBytes& operator=(const SharedBytes&) = default;
  SharedBytes(SharedBytes&& other) noexcept
      : view_{std::exchange(other.view_, {})}, owner_{std::move(other.owner_)} {}
  SharedBytes& operator=(SharedBytes&& other) noexcept {
    view_ = std::exchange(other.view_, {});
    owner_ = std::move(other.owner_);
    return *this;
  }
  ~SharedBytes() = default;

  [[nodiscard]] std::size_t size() const { return view_.size(); }
  [[nodiscard]] bool empty() const { return view_.empty(); }
  [[nodiscard]] const std::byte* data() const { return view_.data(); }
  [[nodiscard]] std::byte operator[](std::size_t at) const { return view_[at]; }
  [[nodiscard]] auto begin() const { return view_.begin(); }
  [[nodiscard]] auto end() const { return view_.end(); }
  // Keeps all of them. Pre-condition: `part` lies within, at a multiple of 8.
  [[nodiscard]] SharedBytes part(BytesView part) const { return {part, owner_}; }

  friend bool operator==(const SharedBytes& one, const SharedBytes& other) {
    return std::ranges::equal(one.view_, other.view_);
  }

 private:
  BytesView view_{};
  std::shared_ptr<const void> owner_{};
};

// Names one connection as long as it lives; never reused within a process.
enum class PeerId : std::uint64_t {};
// A client endpoint has this one peer.
inline constexpr PeerId the_server{0};

struct Message {
  PeerId peer{};
  std::string account{};  // whose key it is (server side); never empty there
  SharedBytes bytes{};
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
  // The same for what may be large: it need not be copied.
  [[nodiscard]] virtual Sent send_shared(PeerId peer, const SharedBytes& bytes) {
    return send(peer, bytes);
  }
  // A client's: another number each time that a connection was made anew, so that what was under
  // way on the one before can be sent again at once. A hint: it may come a little late, or never.
  [[nodiscard]] virtual std::uint64_t connection() const { return 0; }
};

}  // namespace doorstep
