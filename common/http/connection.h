// One client's connection: reads requests one after the other, writes answers, or becomes a stream.
// Lives on the server's thread; pending operations keep it alive.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/http/beast_server.h"
#include "common/http/desk.h"
#include "common/http/request_head.h"
#include "common/seam/http_rules.h"

namespace doorstep::web {

// What the connections of a server share.
struct Shared {
  BeastOptions options{};
  std::unique_ptr<Desk> desk{};
  std::atomic<std::size_t> connections{};
  std::atomic<std::uint64_t> requests{};
  std::atomic<std::uint64_t> refused{};
  std::atomic<std::uint64_t> frames{};
};

class Connection final : public Asker, public std::enable_shared_from_this<Connection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Connection(boost::asio::ip::tcp::socket socket, Shared& shared)
      : shared_{shared}, socket_{std::move(socket)} {
    ++shared_.connections;
  }
  ~Connection() override;

  void start();
  // Answers with a problem and closes.
  void turn_away(int status);
  // Called every tick: ends what takes too long.
  void check_deadline(TimePoint now);
  // The server is stopping: an answer that is being written is finished, everything else ends.
  void finish();

  void answer(HttpResponse response) override;
  void begin_stream() override;
  void frame_ready() override;

 private:
  using Code = boost::system::error_code;
  enum class Phase : std::uint8_t {
    idle,
    reading,
    late,  // reading for longer than it may: the read is being ended
    waiting,
    writing,
    streaming,
    lingering,
    closed
  };

  void await_request();
  void read_head();
  void look_for_head();
  void take_head();
  void send_continue();
  void read_body();
  void read_failed(Code code);
  void hand_in(std::string body);
  [[nodiscard]] bool is_our_host() const;
  void write(HttpResponse response, bool keep);
  void written(Code code, bool keep);
  void linger();
  void write_frame();
  void watch_for_hang_up();
  void close();
  void set_deadline(Milliseconds after);

  Shared& shared_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_{};
  HeadScan scan_{};
  RequestHead head_{};
  // Of the body, once the head was read.
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_{};
  Phase phase_{Phase::idle};
  TimePoint deadline_{TimePoint::max()};
  HttpToken token_{};
  bool finishing_{};
  bool keep_alive_{};
  HttpManner manner_{};
  std::string heading_{};  // of the answer being written
  std::shared_ptr<const std::string> body_{};
  std::array<char, 4096> discarded_{};
  std::size_t lingered_bytes_{};
};

}  // namespace doorstep::web
