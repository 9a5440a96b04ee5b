#include "common/wire/bundle.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "common/domain/assert.h"
#include "common/wire/frame.h"

namespace doorstep::wire {
namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::size_t peers_max = 4'096;
constexpr std::uint8_t bundles_since_minor = 1;

std::uint64_t read_length(BytesView bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  return length;
}

}  // namespace

// Asked of every message: words about what it is not would be made for nothing.
bool is_bundle(BytesView frame) {
  return frame.size() >= frame_header_bytes && frame[0] == std::byte{'D'} &&
         frame[1] == std::byte{'S'} && frame[4] == static_cast<std::byte>(FrameKind::bundle);
}

Result<std::vector<BytesView>> open_bundle(BytesView frame) {
  const auto invalid = [] {
    return failure(ErrorCode::invalid, "a bundle of frames is malformed");
  };
  const auto body = open_frame(frame, FrameKind::bundle);
  if (!body) return std::unexpected(body.error());
  std::vector<BytesView> frames;
  for (BytesView rest = *body; !rest.empty();) {
    if (rest.size() < length_bytes || frames.size() == bundle_frames_max) return invalid();
    const std::uint64_t length = read_length(rest);
    rest = rest.subspan(length_bytes);
    if (length < frame_header_bytes || length % 8 != 0 || length > rest.size()) return invalid();
    frames.push_back(rest.first(length));
    if (is_bundle(frames.back())) return invalid();
    rest = rest.subspan(length);
  }
  if (frames.empty()) return invalid();
  return frames;
}

Bytes make_bundle(const std::vector<Bytes>& frames) {
  DOORSTEP_ASSERT(!frames.empty() && frames.size() <= bundle_frames_max);
  Bytes bundle(frame_header_bytes);
  write_frame_header(std::span{bundle}.first<frame_header_bytes>(), FrameKind::bundle);
  for (const Bytes& frame : frames) {
    DOORSTEP_ASSERT(frame.size() % 8 == 0);
    const std::uint64_t length = frame.size();
    const auto bytes = std::as_bytes(std::span{&length, 1});
    bundle.insert(bundle.end(), bytes.begin(), bytes.end());
    bundle.insert(bundle.end(), frame.begin(), frame.end());
  }
  return bundle;
}

std::optional<Message> BundledMessages::receive() {
  if (received_.empty()) {
    auto message = inner_.receive();
    if (!message) return std::nullopt;
    if (!is_bundle(message->bytes)) {
      note_peer(*message, false);
      return message;
    }
    // A malformed bundle goes on as it is: whoever decodes it says so to the peer.
    const auto frames = open_bundle(message->bytes);
    if (!frames) return message;
    note_peer(*message, true);
    for (const BytesView frame : *frames) {
      received_.push_back({message->peer, message->account, {frame.begin(), frame.end()}});
    }
  }
  Message message = std::move(received_.front());
  received_.pop_front();
  return message;
}

void BundledMessages::note_peer(const Message& message, bool sent_a_bundle) {
  const bool is_of_server = message.peer == the_server;
  const bool is_newer = message.bytes.size() >= frame_header_bytes &&
                        std::to_integer<std::uint8_t>(message.bytes[3]) >= bundles_since_minor;
  if (!sent_a_bundle && !(is_of_server && is_newer)) return;
  if (understand_.size() >= peers_max && !understand_.contains(message.peer)) {
    std::erase_if(understand_, [](const auto& peer) { return peer.second.frames.empty(); });
  }
  understand_.try_emplace(message.peer);
}

Sent BundledMessages::send(PeerId peer, BytesView bytes) {
  const auto found = understand_.find(peer);
  if (found == understand_.end()) return inner_.send(peer, bytes);
  Outgoing& outgoing = found->second;
  const std::size_t size = bytes.size() + length_bytes;
  if (outgoing.bytes + size > bundle_bytes_max || outgoing.frames.size() == bundle_frames_max) {
    if (const Sent sent = flush(peer, outgoing); sent != Sent::sent) return sent;
  }
  if (size > bundle_bytes_max || bytes.size() % 8 != 0) return inner_.send(peer, bytes);
  outgoing.frames.emplace_back(bytes.begin(), bytes.end());
  outgoing.bytes += size;
  return Sent::sent;
}

bool BundledMessages::flush() {
  bool has_sent = false;
  for (auto peer = understand_.begin(); peer != understand_.end();) {
    const bool had_frames = !peer->second.frames.empty();
    const Sent sent = flush(peer->first, peer->second);
    has_sent = has_sent || (had_frames && sent == Sent::sent);
    peer = sent == Sent::gone ? understand_.erase(peer) : std::next(peer);
  }
  return has_sent;
}

bool BundledMessages::has_unsent() const {
  return std::ranges::any_of(understand_,
                             [](const auto& peer) { return !peer.second.frames.empty(); });
}

Sent BundledMessages::flush(PeerId peer, Outgoing& outgoing) {
  if (outgoing.frames.empty()) return Sent::sent;
  const Sent sent = outgoing.frames.size() == 1 ? inner_.send(peer, outgoing.frames.front())
                                                : inner_.send(peer, make_bundle(outgoing.frames));
  if (sent != Sent::full) outgoing = {};
  return sent;
}

}  // namespace doorstep::wire
