#include "common/zmq/endpoint.h"

namespace doorstep::net {

namespace {

constexpr int dropped_per_receive_max = 64;

// A message that refers to bytes has an allocation of its own for it, and they are freed by another
// thread: not worth it for a few.
constexpr std::size_t shared_bytes_min = 16 * 1024;

BytesView view_of(const zmq::message_t& frame) { return {frame.data<std::byte>(), frame.size()}; }

SharedBytes bytes_of(zmq::message_t& frame) {
  auto owner = std::make_shared<zmq::message_t>(std::move(frame));  // a small one's bytes are in it
  const BytesView bytes = view_of(*owner);
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) == 0) {
    return {bytes, std::move(owner)};
  }
  return Bytes{bytes.begin(), bytes.end()};
}

}  // namespace

// libzmq only reads what is shared: it encrypts into memory of its own.
zmq::message_t SocketEndpoint::Frame::message() const {
  if (shared == nullptr || bytes.size() < shared_bytes_min) return {bytes.data(), bytes.size()};
  auto held = std::make_unique<SharedBytes>(*shared);
  const auto drop = [](void*, void* hint) { delete static_cast<SharedBytes*>(hint); };
  zmq::message_t message{const_cast<std::byte*>(bytes.data()), bytes.size(), drop, held.get()};
  static_cast<void>(held.release());
  return message;
}

std::optional<std::vector<zmq::message_t>> SocketEndpoint::take(std::size_t frames_max) {
  std::vector<zmq::message_t> frames;
  bool more = true;
  std::size_t taken = 0;
  while (more) {
    zmq::message_t frame;
    try {
      if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
    } catch (const zmq::error_t&) {
      return std::nullopt;  // interrupted, or the context is closing: there is nothing now
    }
    more = frame.more();
    if (++taken <= frames_max) frames.push_back(std::move(frame));
  }
  if (taken > frames_max) frames.clear();
  return frames;
}

std::optional<Message> ServerEndpoint::receive() {
  for (int dropped = 0; dropped < dropped_per_receive_max; ++dropped) {
    auto frames = take(2);
    if (!frames) return std::nullopt;
    auto message = named(*frames);
    if (message) return message;
  }
  return std::nullopt;
}

// nullopt: dropped and counted.
std::optional<Message> ServerEndpoint::named(std::vector<zmq::message_t>& frames) {
  if (frames.size() != 2) {
    ++counts_.dropped_malformed;
    return std::nullopt;
  }
  // Only the payload's frame carries the name reliably: a poll loses it on the first one
  // (libzmq 4.3.4).
  const char* account = zmq_msg_gets(frames[1].handle(), "User-Id");
  if (account == nullptr || *account == '\0') {
    ++counts_.dropped_unnamed;
    return std::nullopt;
  }
  const PeerId peer = peers_.heard(frames[0].to_string_view(), account);
  counts_.peers_forgotten = peers_.forgotten();
  ++counts_.received;
  return Message{peer, account, bytes_of(frames[1])};
}

Sent ServerEndpoint::send_frame(PeerId peer, const Frame& frame) {
  const std::string* routing_id = peers_.routing_id(peer);
  if (routing_id == nullptr) return Sent::gone;
  try {
    const auto addressed = socket_.send(zmq::buffer(*routing_id),
                                        zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    if (!addressed) return Sent::full;
    // Once the address was taken there is room for the payload, or the peer has just gone.
    if (socket_.send(frame.message(), zmq::send_flags::dontwait)) {
      ++counts_.sent;
      return Sent::sent;
    }
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return Sent::full;
  }
  peers_.forget(peer);
  return Sent::gone;
}

// An event is two frames; the last one ends it.
void ClientEndpoint::count_connections() {
  try {
    zmq::message_t frame;
    while (monitor_.recv(frame, zmq::recv_flags::dontwait)) {
      if (!frame.more()) ++connections_;
    }
  } catch (const zmq::error_t& error) {
    // Interrupted: the next call counts what is left.
    if (error.num() != EINTR && error.num() != ETERM) throw;
  }
}

std::optional<Message> ClientEndpoint::receive() {
  count_connections();
  for (int dropped = 0; dropped < dropped_per_receive_max; ++dropped) {
    auto frames = take(1);
    if (!frames) return std::nullopt;
    if (frames->size() == 1) {
      ++counts_.received;
      return Message{the_server, {}, bytes_of(frames->front())};
    }
    ++counts_.dropped_malformed;
  }
  return std::nullopt;
}

Sent ClientEndpoint::send_frame(PeerId peer, const Frame& frame) {
  if (peer != the_server) return Sent::gone;
  try {
    if (!socket_.send(frame.message(), zmq::send_flags::dontwait)) return Sent::full;
  } catch (const zmq::error_t&) {
    return Sent::full;
  }
  ++counts_.sent;
  return Sent::sent;
}

}  // namespace doorstep::net
