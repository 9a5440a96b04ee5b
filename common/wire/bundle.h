// Several frames as one message (docs/formats/wire.md): who has many small requests under way pays
// for encryption, system calls and wake-ups once for all of them. A layer over Messages; one
// thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

inline constexpr std::size_t bundle_frames_max = 1024;
inline constexpr std::size_t bundle_bytes_max = 256 * 1024;

[[nodiscard]] bool is_bundle(BytesView frame);
// The frames in it, each at a multiple of 8 from the start. invalid: not such a bundle.
[[nodiscard]] Result<std::vector<BytesView>> open_bundle(BytesView frame);
// Grows by frames, in one piece of memory that it keeps.
class BundleBuilder {
 public:
  // Pre-condition: the frame's size is a multiple of 8, and there is room.
  void add(BytesView frame);
  [[nodiscard]] bool has_room(std::size_t frame_bytes) const;
  [[nodiscard]] std::size_t frames() const { return frames_; }
  // Pre-condition for both: at least one frame. A lone frame is what message() gives as it is.
  [[nodiscard]] BytesView bundle() const { return bytes_; }
  [[nodiscard]] BytesView message() const;
  void clear();

 private:
  Bytes bytes_{};
  std::size_t frames_{};
};

// Gives the frames of a bundle one by one; keeps what is sent until flush() and sends it as one
// where the other side understands that: a peer of a server that has sent a bundle itself, a server
// whose frames say version 1.1 or later.
class BundledMessages final : public Messages {
 public:
  // `inner` must outlive it.
  explicit BundledMessages(Messages& inner) : inner_{inner} {}

  [[nodiscard]] std::optional<Message> receive() override;
  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override;
  [[nodiscard]] Sent send_shared(PeerId peer, const SharedBytes& bytes) override;
  // What could not be sent is kept for the next one. True: something was sent.
  bool flush();
  [[nodiscard]] bool has_unsent() const;
  [[nodiscard]] std::uint64_t connection() const override { return inner_.connection(); }

 private:
  // nullopt: it goes by itself.
  [[nodiscard]] std::optional<Sent> bundle(PeerId peer, BytesView bytes);
  void note_peer(const Message& message, bool sent_a_bundle);
  [[nodiscard]] Sent flush(PeerId peer, BundleBuilder& outgoing);

  Messages& inner_;
  std::deque<Message> received_{};
  std::map<PeerId, BundleBuilder> understand_{};  // who understands bundles, and what they get
  std::vector<PeerId> to_flush_{};                // of those who are to get something
  BundleBuilder spare_{};                         // empty, for its memory
};

}  // namespace doorstep::wire
