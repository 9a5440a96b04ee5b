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

bool BundleBuilder::has_room(std::size_t frame_bytes) const {
  return frames_ < bundle_frames_max &&
         bytes_.size() + length_bytes + frame_bytes <= bundle_bytes_max;
}

void BundleBuilder::add(BytesView frame) {
  DOORSTEP_ASSERT(frame.size() % 8 == 0 && frames_ < bundle_frames_max);
  if (bytes_.empty()) {
    bytes_.resize(frame_header_bytes);
    write_frame_header(std::span{bytes_}.first<frame_header_bytes>(), FrameKind::bundle);
  }
  const std::uint64_t length = frame.size();
  const auto bytes = std::as_bytes(std::span{&length, 1});
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  ++frames_;
}

BytesView BundleBuilder::message() const {
  return frames_ == 1 ? BytesView{bytes_}.subspan(frame_header_bytes + length_bytes) : bundle();
}

void BundleBuilder::clear() {
  bytes_.clear();
  frames_ = 0;
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
      received_.push_back({message->peer, message->account, Bytes{frame.begin(), frame.end()}});
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
    std::erase_if(understand_, [](const auto& peer) { return peer.second.frames() == 0; });
  }
  understand_.try_emplace(message.peer);
}

Sent BundledMessages::send(PeerId peer, BytesView bytes) {
  const auto sent = bundle(peer, bytes);
  return sent ? *sent : inner_.send(peer, bytes);
}
Sent BundledMessages::send_shared(PeerId peer, const SharedBytes& bytes) {
  const auto sent = bundle(peer, bytes);
  return sent ? *sent : inner_.send_shared(peer, bytes);
}

std::optional<Sent> BundledMessages::bundle(PeerId peer, BytesView bytes) {
  const auto found = understand_.find(peer);
  if (found == understand_.end()) return std::nullopt;
  BundleBuilder& outgoing = found->second;
  const bool is_listed = outgoing.frames() > 0;
  if (is_listed && !outgoing.has_room(bytes.size())) {
    if (const Sent sent = flush(peer, outgoing); sent != Sent::sent) return sent;
  }
  if (!outgoing.has_room(bytes.size()) || bytes.size() % 8 != 0) return std::nullopt;
  if (outgoing.frames() == 0) outgoing = std::exchange(spare_, {});
  if (!is_listed) to_flush_.push_back(peer);
  outgoing.add(bytes);
  return Sent::sent;
}

bool BundledMessages::flush() {
  bool has_sent = false;
  std::erase_if(to_flush_, [&](PeerId peer) {
    const auto found = understand_.find(peer);
    if (found == understand_.end() || found->second.frames() == 0) return true;
    const Sent sent = flush(peer, found->second);
    has_sent = has_sent || sent == Sent::sent;
    if (sent == Sent::gone) understand_.erase(found);
    return sent != Sent::full;
  });
  return has_sent;
}

// What a full queue did not take.
bool BundledMessages::has_unsent() const { return !to_flush_.empty(); }

Sent BundledMessages::flush(PeerId peer, BundleBuilder& outgoing) {
  const Sent sent = inner_.send(peer, outgoing.message());
  if (sent == Sent::full) return sent;
  outgoing.clear();
  spare_ = std::exchange(outgoing, {});
  return sent;
}

}  // namespace doorstep::wire
