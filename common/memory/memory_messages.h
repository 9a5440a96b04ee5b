// A network in one thread: servers under addresses, clients with accounts, queues with limits. A
// server that is destroyed is a process that died: what was under way is lost, and its clients
// reach the next one under that address as new peers.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/seam/messages.h"

namespace doorstep::memory {

class MemoryNetwork {
 public:
  struct Limits {
    std::size_t to_server_max{2'048};  // messages of one client that the server has not taken
    std::size_t to_client_max{100'000};
  };

  MemoryNetwork() : MemoryNetwork{Limits{}} {}
  explicit MemoryNetwork(Limits limits);
  ~MemoryNetwork();  // after its endpoints
  MemoryNetwork(const MemoryNetwork&) = delete;
  MemoryNetwork& operator=(const MemoryNetwork&) = delete;

  // Pre-condition: nobody serves that address now.
  [[nodiscard]] std::unique_ptr<Messages> serve(const std::string& address);
  // While nobody serves the address, send() says `full`.
  [[nodiscard]] std::unique_ptr<Messages> connect(const std::string& address,
                                                  const std::string& account);

  // Breaks every connection to the address, as a pulled cable would: what is under way is lost, and
  // clients come back as new peers.
  void disconnect(const std::string& address);

 private:
  struct Port;
  struct Ports;
  class Server;
  class Client;
  Limits limits_{};
  std::unique_ptr<Ports> ports_;
};

}  // namespace doorstep::memory
