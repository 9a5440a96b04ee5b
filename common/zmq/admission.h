// The handler that ZeroMQ asks, for each handshake, whether a key may come in (ZAP, RFC 27). It has
// a thread of its own; without it nobody can be admitted, so its end is the end of the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "common/zmq/hub.h"

namespace doorstep::net {

class Admission {
 public:
  // Serves `context` when it returns: sockets may be bound from then on.
  explicit Admission(zmq::context_t& context);
  // Pre-condition: the context was shut down, which ends the thread.
  ~Admission();
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // From now on, exactly these keys are admitted to the server socket `name`.
  void authorise(const std::string& name, const std::vector<AuthorisedKey>& keys);
  void on_stranger(Hub::Stranger told);
  void expect_end() { ending_ = true; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  void serve(zmq::socket_t socket);
  void answer(zmq::socket_t& socket);
  [[nodiscard]] std::optional<std::string> account_of(const std::vector<zmq::message_t>& request);
  void note_stranger(const std::string& server, const std::string& key);

  std::mutex mutex_{};
  std::map<std::string, std::map<std::string, std::string>> accounts_{};  // by name, then key
  Hub::Stranger tell_stranger_{};
  std::set<std::string> strangers_{};  // where and with which key; only the handler's thread
  std::atomic<bool> ending_{};
  std::atomic<std::uint64_t> refused_{};
  std::thread thread_{};
};

}  // namespace doorstep::net
