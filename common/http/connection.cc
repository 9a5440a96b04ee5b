#include "common/http/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <utility>

#include "common/http/percent.h"
#include "common/http/problem.h"

namespace doorstep::web {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// After a refusal the client may still be sending: it is listened to for a while, or it would see
// its connection break instead of the answer.
constexpr Milliseconds linger_max{5'000};
constexpr std::size_t linger_bytes_max = 256UL * 1024 * 1024;

// The status that tells the client what was wrong; 0: there is nobody to tell.
int status_of(boost::system::error_code code) {
  if (code == http::error::body_limit) return 413;
  if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
  if (code == http::error::end_of_stream || code == http::error::partial_message) return 0;
  if (code.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return 0;
}

// A line break in a header's value would begin another header.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n') head += c;
  }
  head.append("\r\n");
}

std::string head_of(const HttpResponse& response, bool keep) {
  const auto status = static_cast<unsigned>(response.status);
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(std::string_view{http::obsolete_reason(http::int_to_status(status))});
  head.append("\r\n");
  const std::size_t size = response.body ? response.body->size() : 0;
  if (size > 0) append_header(head, "Content-Type", response.content_type);
  if (status != 204 && status != 304) {
    append_header(head, "Content-Length", std::to_string(size));
  }
  if (!keep) append_header(head, "Connection", "close");
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  head.append("\r\n");
  return head;
}

}  // namespace

Connection::~Connection() {
  --shared_.connections;
  if (token_ != HttpToken{}) shared_.desk->gone(token_);
}

void Connection::start() {
  Code ignored;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  buffer_.max_size(shared_.options.header_max + 64UL * 1024);
  read_header();
}

void Connection::turn_away(int status) {
  ++shared_.refused;
  write(problem(status), false);
}

void Connection::check_deadline(TimePoint now) {
  if (now < deadline_) return;
  deadline_ = TimePoint::max();
  const bool has_begun = parser_ && (parser_->got_some() || buffer_.size() > 0);
  if (phase_ != Phase::reading || !has_begun) {
    close();
    return;
  }
  // Ends the read, which finds a socket that still takes an answer.
  Code ignored;
  phase_ = Phase::lingering;
  socket_.cancel(ignored);
}

void Connection::finish() {
  finishing_ = true;
  if (phase_ != Phase::writing) close();
}

void Connection::set_deadline(Milliseconds after) {
  deadline_ = std::chrono::steady_clock::now() + after;
}

void Connection::close() {
  phase_ = Phase::closed;
  deadline_ = TimePoint::max();
  Code ignored;
  socket_.close(ignored);
  if (token_ == HttpToken{}) return;
  shared_.desk->gone(std::exchange(token_, {}));
  if (shared_.options.arrived) shared_.options.arrived();
}

// Between requests a connection may rest for longer than a request may take to arrive.
void Connection::await_request() {
  if (buffer_.size() > 0) {
    read_header();
    return;
  }
  phase_ = Phase::idle;
  set_deadline(shared_.options.idle_timeout);
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](Code code) {
    if (code || self->phase_ == Phase::closed) return;
    self->read_header();
  });
}

void Connection::read_header() {
  phase_ = Phase::reading;
  set_deadline(shared_.options.request_timeout);
  is_head_ = false;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_max));
  parser_->body_limit(shared_.options.body_max);
  http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](Code code, std::size_t) { self->header_read(code); });
}

void Connection::header_read(Code code) {
  if (code) {
    read_failed(code);
    return;
  }
  const auto expect = parser_->get()[http::field::expect];
  if (boost::beast::iequals(expect, "100-continue") && !parser_->is_done()) {
    send_continue();
  } else {
    read_body();
  }
}

void Connection::send_continue() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(go_on),
                    [self = shared_from_this()](Code code, std::size_t) {
                      if (code) {
                        self->read_failed(code);
                      } else {
                        self->read_body();
                      }
                    });
}

void Connection::read_body() {
  http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](Code code, std::size_t) {
    if (code) {
      self->read_failed(code);
    } else {
      self->hand_in();
    }
  });
}

void Connection::read_failed(Code code) {
  if (phase_ == Phase::closed) return;
  const bool too_slow = phase_ == Phase::lingering;
  const int status = too_slow ? 408 : status_of(code);
  if (status == 0) {
    close();
  } else {
    turn_away(status);
  }
}

bool Connection::is_our_host() const {
  const auto& message = parser_->get();
  const auto field = message.find(http::field::host);
  if (field == message.end()) return message.version() < 11;
  std::string host{field->value()};
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  if (has_port) host.resize(colon);
  std::ranges::transform(host, host.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(shared_.options.hosts, host) != shared_.options.hosts.end();
}

void Connection::hand_in() {
  auto& message = parser_->get();
  keep_alive_ = message.keep_alive() && message.version() == 11;
  is_head_ = message.method() == http::verb::head;
  const auto target = parse_target(std::string{message.target()});
  if (!target) {
    turn_away(400);
    return;
  }
  if (!is_our_host()) {
    turn_away(message.count(http::field::host) == 0 ? 400 : 421);
    return;
  }
  HttpRequest request{
      .method = std::string{message.method_string()}, .path = target->path, .query = target->query};
  for (const auto& field : message) {
    std::string name{field.name_string()};
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string& value = request.headers[name];
    if (!value.empty()) value += ", ";
    value.append(field.value());
  }
  request.body = std::move(message.body());
  const auto token = shared_.desk->hand_in(std::move(request), shared_from_this());
  if (!token) {
    turn_away(503);
    return;
  }
  ++shared_.requests;
  token_ = *token;
  phase_ = Phase::waiting;
  deadline_ = TimePoint::max();
  if (shared_.options.arrived) shared_.options.arrived();
}

void Connection::answer(HttpResponse response) {
  if (phase_ != Phase::waiting) return;
  token_ = HttpToken{};
  write(std::move(response), keep_alive_ && !finishing_);
}

void Connection::write(HttpResponse response, bool keep) {
  phase_ = Phase::writing;
  set_deadline(shared_.options.write_timeout);
  head_ = head_of(response, keep);
  const bool has_none = is_head_ || response.status == 204 || response.status == 304;
  body_ = has_none ? nullptr : std::move(response.body);
  const std::array<asio::const_buffer, 2> both{asio::buffer(head_),
                                               body_ ? asio::buffer(*body_) : asio::const_buffer{}};
  asio::async_write(socket_, both, [self = shared_from_this(), keep](Code code, std::size_t) {
    self->written(code, keep);
  });
}

void Connection::written(Code code, bool keep) {
  body_.reset();
  if (phase_ == Phase::closed) return;
  if (code) {
    close();
  } else if (finishing_ || !keep) {
    linger();
  } else {
    await_request();
  }
}

void Connection::linger() {
  Code code;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, code);
  if (code || finishing_) {
    close();
    return;
  }
  if (phase_ != Phase::lingering) set_deadline(linger_max);
  phase_ = Phase::lingering;
  socket_.async_read_some(asio::buffer(discarded_),
                          [self = shared_from_this()](Code failed, std::size_t taken) {
                            self->lingered_bytes_ += taken;
                            if (self->phase_ == Phase::closed) return;
                            if (failed || self->lingered_bytes_ > linger_bytes_max) {
                              self->close();
                            } else {
                              self->linger();
                            }
                          });
}

void Connection::begin_stream() {
  if (phase_ != Phase::waiting) return;
  phase_ = Phase::streaming;
  head_ =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "X-Accel-Buffering: no\r\nConnection: close\r\n\r\n";
  set_deadline(shared_.options.write_timeout);
  asio::async_write(socket_, asio::buffer(head_),
                    [self = shared_from_this()](Code code, std::size_t) {
                      if (self->phase_ == Phase::closed) return;
                      if (code || self->is_head_) {
                        self->close();
                      } else {
                        self->write_frame();
                      }
                    });
  watch_for_hang_up();
}

void Connection::frame_ready() {
  if (phase_ == Phase::streaming) write_frame();
}

// One frame after the other, as long as there are any; the desk keeps only the latest.
void Connection::write_frame() {
  deadline_ = TimePoint::max();
  body_ = shared_.desk->take_frame(token_);
  if (!body_) return;
  set_deadline(shared_.options.write_timeout);
  asio::async_write(socket_, asio::buffer(*body_),
                    [self = shared_from_this()](Code code, std::size_t) {
                      if (self->phase_ == Phase::closed) return;
                      if (code) {
                        self->close();
                      } else {
                        ++self->shared_.frames;
                        self->write_frame();
                      }
                    });
}

// A client of a stream has nothing more to say: what it sends is dropped, its end is the stream's.
void Connection::watch_for_hang_up() {
  socket_.async_read_some(asio::buffer(discarded_),
                          [self = shared_from_this()](Code code, std::size_t) {
                            if (self->phase_ == Phase::closed) return;
                            if (code) {
                              self->close();
                            } else {
                              self->watch_for_hang_up();
                            }
                          });
}

}  // namespace doorstep::web
