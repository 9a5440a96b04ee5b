// A TCP connection to loopback that sends exactly the bytes that a test gives it: also those that
// no client would send.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep::tests {

struct RawResponse {
  int status{};
  std::string head{};
  std::string body{};

  [[nodiscard]] bool has_line(std::string_view line) const {
    return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    wait_at_most(5'000);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { hang_up(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  void wait_at_most(int ms) {
    const timeval limit{.tv_sec = ms / 1'000, .tv_usec = ms % 1'000 * 1'000};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  // False: the server has closed, or does not take it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next response whose length its header tells; nullopt: there is none (in time).
  std::optional<RawResponse> response(bool has_body = true) {
    const auto head = until("\r\n\r\n");
    if (!head || head->size() < 12) return std::nullopt;
    RawResponse response{.status = std::stoi(head->substr(9, 3)), .head = *head};
    const auto length = head->find("Content-Length: ");
    if (!has_body || length == std::string::npos) return response;
    const std::size_t size = std::stoul(head->substr(length + 16));
    while (received_.size() < size) {
      if (!receive()) return std::nullopt;
    }
    response.body = received_.substr(0, size);
    received_.erase(0, size);
    return response;
  }

  // Up to and with `end`; nullopt: it does not come (in time).
  std::optional<std::string> until(std::string_view end) {
    std::size_t at = received_.find(end);
    while (at == std::string::npos) {
      if (!receive()) return std::nullopt;
      at = received_.find(end);
    }
    std::string text = received_.substr(0, at + end.size());
    received_.erase(0, at + end.size());
    return text;
  }

  // The server has nothing more to say and has closed.
  bool is_closed() {
    while (receive()) {
    }
    return ended_;
  }

  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  bool receive() {
    char bytes[16 * 1024];
    const ssize_t taken = recv(fd_, bytes, sizeof bytes, 0);
    if (taken == 0) ended_ = true;
    if (taken < 0 && errno == ECONNRESET) ended_ = true;
    if (taken <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(taken));
    return true;
  }

  int fd_{-1};
  bool connected_{};
  bool ended_{};
  std::string received_{};
};

}  // namespace doorstep::tests
