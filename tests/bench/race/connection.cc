#include "tests/bench/race/connection.h"

#include <sys/epoll.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <optional>

#include "common/zmq/endpoint.h"

namespace doorstep::bench {

Connections::Connections(const runtime::DataFolder& folder, const std::string& address,
                         std::size_t count)
    : hub_{must(net::Hub::open())}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
  const auto server = must(folder.key("log-server"));
  const auto own = must(folder.key("cli"));
  std::vector<const net::Endpoint*> waited_for;
  for (std::size_t i = 0; i < count; ++i) {
    endpoints_.push_back(must(hub_->connect({.address = address,
                                             .server_public_key = server.public_key,
                                             .keys = {own.public_key, own.secret_key}})));
    waited_for.push_back(endpoints_.back().get());
    int fd = -1;
    std::size_t size = sizeof fd;
    const auto* socket = dynamic_cast<const net::SocketEndpoint*>(endpoints_.back().get());
    must(socket != nullptr && zmq_getsockopt(socket->handle(), ZMQ_FD, &fd, &size) == 0, "ZMQ_FD");
    epoll_event wanted{.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
    must(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted) == 0, "epoll_ctl");
  }
  waiter_ = hub_->waiter(waited_for);
}

Connections::~Connections() { close(epoll_); }

const std::vector<std::size_t>& Connections::wait_for_news(Milliseconds max) {
  std::array<epoll_event, 64> ready{};
  const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()),
                               static_cast<int>(max.count()));
  news_.clear();
  for (int i = 0; i < count; ++i) news_.push_back(ready[static_cast<std::size_t>(i)].data.u64);
  return news_;
}

wire::Described describe(const runtime::DataFolder& folder) {
  Connections connection{folder, folder.endpoints().log_cmd, 1};
  runtime::LogClient client{connection.messages(0), {.resend_after = Milliseconds{100}}};
  std::optional<wire::Described> described;
  client.describe([&](std::expected<wire::Described, wire::Refused> said) {
    if (!said) give_up("describe: " + said.error().message);
    described = *said;
  });
  while (!described) {
    if (client.step(connection.now()) == Work::idle) connection.wait();
  }
  return *described;
}

}  // namespace doorstep::bench
