#include "common/zmq/endpoint.h"

namespace doorstep::net {

namespace {

constexpr int dropped_per_receive_max = 64;

Bytes bytes_of(const zmq::message_t& frame) {
  const auto* data = frame.data<std::byte>();
  return Bytes{data, data + frame.size()};
}

}  // namespace

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

Sent ServerEndpoint::send(PeerId peer, BytesView bytes) {
  const std::string* routing_id = peers_.routing_id(peer);
  if (routing_id == nullptr) return Sent::gone;
  try {
    const auto addressed = socket_.send(zmq::buffer(*routing_id),
                                        zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    if (!addressed) return Sent::full;
    // Once the address was taken there is room for the payload, or the peer has just gone.
    if (socket_.send(zmq::buffer(bytes.data(), bytes.size()), zmq::send_flags::dontwait)) {
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
    const auto frames = take(1);
    if (!frames) return std::nullopt;
    if (frames->size() == 1) {
      ++counts_.received;
      return Message{the_server, {}, bytes_of(frames->front())};
    }
    ++counts_.dropped_malformed;
  }
  return std::nullopt;
}

Sent ClientEndpoint::send(PeerId peer, BytesView bytes) {
  if (peer != the_server) return Sent::gone;
  try {
    if (!socket_.send(zmq::buffer(bytes.data(), bytes.size()), zmq::send_flags::dontwait)) {
      return Sent::full;
    }
  } catch (const zmq::error_t&) {
    return Sent::full;
  }
  ++counts_.sent;
  return Sent::sent;
}

}  // namespace doorstep::net
