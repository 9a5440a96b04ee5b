#include "common/zmq/admission.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

namespace doorstep::net {

namespace {

// Frames of a request: version, request id, domain, address, routing id, mechanism, the client's
// key.
constexpr std::size_t version_frame = 0;
constexpr std::size_t id_frame = 1;
constexpr std::size_t domain_frame = 2;
constexpr std::size_t mechanism_frame = 5;
constexpr std::size_t key_frame = 6;
constexpr std::size_t request_frames = 7;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_beginning = 8;  // of 40 characters: enough to find it by

void send(zmq::socket_t& socket, std::string_view frame, zmq::send_flags flags) {
  // This end of an inproc pair has room for each answer; a failure here throws, and ends the
  // process.
  if (!socket.send(zmq::buffer(frame), flags)) throw zmq::error_t{};
}

}  // namespace

Admission::Admission(zmq::context_t& context) {
  zmq::socket_t socket{context, zmq::socket_type::rep};
  socket.set(zmq::sockopt::linger, 0);
  socket.bind("inproc://zeromq.zap.01");
  // Binding here and not on the thread: nobody can be told "come in" before this stands.
  thread_ =
      std::thread{[this](zmq::socket_t bound) { serve(std::move(bound)); }, std::move(socket)};
}

Admission::~Admission() { thread_.join(); }

void Admission::authorise(const std::string& name, const std::vector<AuthorisedKey>& keys) {
  std::map<std::string, std::string> accounts;
  for (const AuthorisedKey& key : keys) accounts.emplace(key.public_key, key.account);
  const std::lock_guard lock{mutex_};
  accounts_[name] = std::move(accounts);
}

void Admission::on_stranger(Hub::Stranger told) {
  const std::lock_guard lock{mutex_};
  tell_stranger_ = std::move(told);
}

void Admission::serve(zmq::socket_t socket) {
  for (;;) {
    try {
      answer(socket);
    } catch (const zmq::error_t& error) {
      if (error.num() == EINTR) continue;
      if (error.num() == ETERM && ending_) return;
      std::fprintf(stderr, "the handler that admits peers failed (%s): ending\n", error.what());
      _exit(1);
    }
  }
}

void Admission::answer(zmq::socket_t& socket) {
  std::vector<zmq::message_t> request;
  do {
    zmq::message_t frame;
    if (!socket.recv(frame)) return;
    request.push_back(std::move(frame));
  } while (request.back().more());
  const auto account = account_of(request);
  if (!account) ++refused_;
  const std::string id = request.size() > id_frame ? request[id_frame].to_string() : std::string{};
  send(socket, "1.0", zmq::send_flags::sndmore);
  send(socket, id, zmq::send_flags::sndmore);
  send(socket, account ? "200" : "400", zmq::send_flags::sndmore);
  send(socket, account ? "OK" : "No access", zmq::send_flags::sndmore);
  send(socket, account.value_or(""), zmq::send_flags::sndmore);
  send(socket, "", zmq::send_flags::none);
}

// Whose key it is. nullopt for whatever is not a known key presented in the way we expect.
std::optional<std::string> Admission::account_of(const std::vector<zmq::message_t>& request) {
  if (request.size() != request_frames || request[version_frame].to_string_view() != "1.0" ||
      request[mechanism_frame].to_string_view() != "CURVE" ||
      request[key_frame].size() != key_bytes) {
    return std::nullopt;
  }
  std::array<char, 41> key{};
  if (zmq_z85_encode(key.data(), request[key_frame].data<std::uint8_t>(), key_bytes) == nullptr) {
    return std::nullopt;
  }
  const std::string server = request[domain_frame].to_string();
  const std::lock_guard lock{mutex_};
  const auto accounts = accounts_.find(server);
  if (accounts == accounts_.end()) return std::nullopt;
  const auto account = accounts->second.find(key.data());
  if (account != accounts->second.end() && !account->second.empty()) return account->second;
  note_stranger(server, key.data());
  return std::nullopt;
}

// Peers try again for ever, and anybody on this machine may make up keys.
void Admission::note_stranger(const std::string& server, const std::string& key) {
  if (!tell_stranger_ || strangers_.size() > Hub::strangers_max) return;
  if (!strangers_.insert(server + " " + key).second) return;
  const bool is_last = strangers_.size() > Hub::strangers_max;
  tell_stranger_(server, is_last ? std::string{} : key.substr(0, key_beginning));
}

}  // namespace doorstep::net
