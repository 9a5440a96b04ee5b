#include "common/http/beast_server.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "common/http/connection.h"
#include "common/http/desk.h"
#include "common/http/spare_descriptor.h"
#include "common/http/turn_away.h"

namespace doorstep::web {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds tick{50};  // how fine the timeouts are
constexpr std::chrono::seconds finish_max{2};  // for answers being written when the server stops

bool lacks_descriptors(Code code) {
  return code == asio::error::no_descriptors ||
         code == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

std::string to_string(const Crowd& crowd) {
  return std::to_string(crowd.connections) + " connections are open, " +
         (crowd.lacks_descriptors ? "and no more files may be (ulimit -n)"
                                  : "as many as there may be") +
         ": " + std::to_string(crowd.turned_away) + " clients were told so (503) since the start";
}

class BeastServer::Acceptor {
 public:
  explicit Acceptor(BeastOptions options);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  [[nodiscard]] Outcome listen();
  [[nodiscard]] Desk& desk() { return *shared_.desk; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] BeastCounts counts() const;

 private:
  void accept();
  void accepted(Code code, tcp::socket socket);
  [[nodiscard]] std::shared_ptr<Connection> begin(tcp::socket socket);
  void turn_away(tcp::socket socket, bool is_last);
  void say_crowded(bool lacks_descriptors);
  void check();
  void finish();

  Shared shared_{};
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer timer_{io_};
  std::vector<std::weak_ptr<Connection>> connections_{};
  std::chrono::steady_clock::time_point finish_until_{};
  std::uint16_t port_{};
  SpareDescriptor spare_{};
  std::uint64_t turned_away_{};
  std::optional<std::chrono::steady_clock::time_point> said_crowded_{};
  bool is_accepting_{};
  bool finishing_{};
  std::thread thread_{};
};

BeastServer::Acceptor::Acceptor(BeastOptions options) {
  shared_.options = std::move(options);
  shared_.desk = std::make_unique<Desk>(shared_.options.requests_max, [this] {
    asio::post(io_, [this] { shared_.desk->deliver(); });
  });
}

Outcome BeastServer::Acceptor::listen() {
  const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), shared_.options.port};
  Code code;
  acceptor_.open(endpoint.protocol(), code);
  if (!code) acceptor_.set_option(tcp::acceptor::reuse_address{true}, code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
  if (code) {
    const bool taken = code == asio::error::address_in_use;
    return failure(taken ? ErrorCode::unavailable : ErrorCode::io,
                   "serve HTTP at 127.0.0.1:" + std::to_string(shared_.options.port) + ": " +
                       (taken ? "another program uses this port; stop it or choose another --port"
                              : code.message()));
  }
  port_ = acceptor_.local_endpoint().port();
  accept();
  check();
  thread_ = std::thread{[this] { io_.run(); }};
  return {};
}

BeastServer::Acceptor::~Acceptor() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { finish(); });
  thread_.join();
  shared_.desk->clear();  // connections must not outlive io_
}

void BeastServer::Acceptor::accept() {
  is_accepting_ = true;
  acceptor_.async_accept(
      [this](Code code, tcp::socket socket) { accepted(code, std::move(socket)); });
}

void BeastServer::Acceptor::accepted(Code code, tcp::socket socket) {
  if (finishing_) return;
  if (code && lacks_descriptors(code) && spare_.is_held()) {
    spare_.let_go();  // for the one that waits: it is told
    accept();
    return;
  }
  if (code) {
    is_accepting_ = false;  // the next tick tries again
    if (lacks_descriptors(code)) say_crowded(true);
    return;
  }
  // A connection has ended since the spare one was let go: there is room again.
  spare_.take();
  const bool is_last = !spare_.is_held();
  if (!is_last && shared_.connections < shared_.options.connections_max) {
    begin(std::move(socket))->start();
  } else {
    turn_away(std::move(socket), is_last);
    spare_.take();
  }
  accept();
}

std::shared_ptr<Connection> BeastServer::Acceptor::begin(tcp::socket socket) {
  auto connection = std::make_shared<Connection>(std::move(socket), shared_);
  connections_.push_back(connection);
  return connection;
}

// A few are told at leisure, also those that send much before they listen. The others, and whoever
// has the last descriptor, which the next one needs, are told at once.
void BeastServer::Acceptor::turn_away(tcp::socket socket, bool is_last) {
  if (!is_last && shared_.connections < shared_.options.connections_max + turned_away_max) {
    begin(std::move(socket))->turn_away(503);
    ++turned_away_;
  } else if (turn_away_at_once(std::move(socket))) {
    ++shared_.refused;
    ++turned_away_;
  }
  say_crowded(is_last);
}

void BeastServer::Acceptor::say_crowded(bool lacks_descriptors) {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::milliseconds every{shared_.options.crowded_every.count()};
  if (!shared_.options.crowded || (said_crowded_ && now - *said_crowded_ < every)) return;
  said_crowded_ = now;
  shared_.options.crowded({shared_.connections, lacks_descriptors, turned_away_});
}

void BeastServer::Acceptor::check() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(connections_, [now](const std::weak_ptr<Connection>& weak) {
    const auto connection = weak.lock();
    if (connection) connection->check_deadline(now);
    return !connection;
  });
  if (finishing_ && (connections_.empty() || now >= finish_until_)) {
    io_.stop();
    return;
  }
  spare_.take();
  if (!is_accepting_ && !finishing_) accept();
  timer_.expires_after(tick);
  timer_.async_wait([this](Code) { check(); });
}

void BeastServer::Acceptor::finish() {
  finishing_ = true;
  finish_until_ = std::chrono::steady_clock::now() + finish_max;
  Code ignored;
  acceptor_.close(ignored);
  shared_.desk->deliver();
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) connection->finish();
  }
  timer_.cancel();
}

BeastCounts BeastServer::Acceptor::counts() const {
  return {.requests = shared_.requests,
          .refused = shared_.refused,
          .frames = shared_.frames,
          .frames_replaced = shared_.desk->frames_replaced(),
          .connections = shared_.connections,
          .streams = shared_.desk->streams()};
}

BeastServer::BeastServer(std::unique_ptr<Acceptor> acceptor) : acceptor_{std::move(acceptor)} {}
BeastServer::~BeastServer() = default;

Result<std::unique_ptr<BeastServer>> BeastServer::open(BeastOptions options) {
  auto acceptor = std::make_unique<Acceptor>(std::move(options));
  if (auto listening = acceptor->listen(); !listening) {
    return std::unexpected(std::move(listening.error()));
  }
  return std::unique_ptr<BeastServer>{new BeastServer{std::move(acceptor)}};
}

std::uint16_t BeastServer::port() const { return acceptor_->port(); }
BeastCounts BeastServer::counts() const { return acceptor_->counts(); }

std::optional<HttpRequest> BeastServer::receive() { return acceptor_->desk().receive(); }
void BeastServer::respond(HttpToken token, HttpResponse response) {
  acceptor_->desk().respond(token, std::move(response));
}
void BeastServer::open_stream(HttpToken token) { acceptor_->desk().open_stream(token); }
Sent BeastServer::push(HttpToken token, std::shared_ptr<const std::string> frame) {
  return acceptor_->desk().push(token, std::move(frame));
}
std::vector<HttpToken> BeastServer::closed_streams() { return acceptor_->desk().closed_streams(); }

}  // namespace doorstep::web
