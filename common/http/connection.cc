#include "common/http/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

#include "common/http/answer_head.h"
#include "common/http/problem.h"

namespace doorstep::web {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// After a refusal the client may still be sending: it is listened to for a while, or it would see
// its connection break instead of the answer.
constexpr Milliseconds linger_max{5'000};
constexpr std::size_t linger_bytes_max = 256UL * 1024 * 1024;
constexpr std::size_t read_at_once = 4096;  // of a head

// The status that tells the client what was wrong with its body; 0: there is nobody to tell.
int status_of(boost::system::error_code code) {
  if (code == http::error::body_limit) return 413;
  if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
  if (code == http::error::end_of_stream || code == http::error::partial_message) return 0;
  if (code.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return 0;
}

std::string_view text_of(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// The library only takes bodies apart: it is told of a request that has nothing but this body's
// framing, so that it can understand no head otherwise than parse_request_head() did.
std::string framing_of(const RequestHead& head) {
  return "POST / HTTP/1.1\r\n" +
         (head.is_chunked ? std::string{"Transfer-Encoding: chunked"}
                          : "Content-Length: " + std::to_string(head.content_length)) +
         "\r\n\r\n";
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
  read_head();
}

void Connection::turn_away(int status) {
  ++shared_.refused;
  write(problem(status), false);
}

void Connection::check_deadline(TimePoint now) {
  if (now < deadline_) return;
  const bool has_begun = parser_ || buffer_.size() > 0;
  const bool is_reading = phase_ == Phase::reading || phase_ == Phase::late;
  if (!is_reading || !has_begun) {
    close();
    return;
  }
  // Ends the read, which finds a socket that still takes an answer. Bytes that came in the same
  // moment may have ended it already, and it may go on: so it is ended each tick until it is over.
  Code ignored;
  phase_ = Phase::late;
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
    read_head();
    return;
  }
  phase_ = Phase::idle;
  set_deadline(shared_.options.idle_timeout);
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](Code code) {
    if (code || self->phase_ == Phase::closed) return;
    self->read_head();
  });
}

void Connection::read_head() {
  phase_ = Phase::reading;
  set_deadline(shared_.options.request_timeout);
  manner_ = {};
  scan_ = {};
  parser_.reset();
  look_for_head();
}

void Connection::look_for_head() {
  scan_ = scan_head(text_of(buffer_), scan_);
  const std::size_t size = scan_.state == HeadScan::State::complete ? scan_.end : buffer_.size();
  const std::size_t size_max = shared_.options.header_max;
  // Told without a body even where it is refused before it is understood.
  manner_.is_head = text_of(buffer_).substr(scan_.begin).starts_with("HEAD ");
  if (scan_.state == HeadScan::State::malformed) {
    turn_away(400);
  } else if (size > size_max) {
    const bool is_long_line = scan_.request_line_end == 0 || scan_.request_line_end > size_max;
    turn_away(is_long_line ? 414 : 431);
  } else if (scan_.state == HeadScan::State::complete) {
    take_head();
  } else {
    socket_.async_read_some(buffer_.prepare(read_at_once),
                            [self = shared_from_this()](Code code, std::size_t taken) {
                              if (code || self->phase_ != Phase::reading) {
                                self->read_failed(code);
                                return;
                              }
                              self->buffer_.commit(taken);
                              self->look_for_head();
                            });
  }
}

void Connection::take_head() {
  const std::string_view text = text_of(buffer_).substr(scan_.begin, scan_.end - scan_.begin);
  auto head = parse_request_head(text);
  buffer_.consume(scan_.end);
  if (!head) {
    turn_away(head.error());
    return;
  }
  head_ = *std::move(head);
  keep_alive_ = head_.keeps_connection;
  if (!is_our_host()) {
    turn_away(421);
  } else if (head_.content_length > shared_.options.body_max) {
    turn_away(413);
  } else if (!head_.has_body()) {
    hand_in({});
  } else if (head_.expects_continue && buffer_.size() == 0) {
    send_continue();
  } else {
    read_body();
  }
}

void Connection::send_continue() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(go_on),
                    [self = shared_from_this()](Code code, std::size_t) {
                      if (code || self->phase_ != Phase::reading) {
                        self->read_failed(code);
                      } else {
                        self->read_body();
                      }
                    });
}

void Connection::read_body() {
  parser_.emplace();
  parser_->body_limit(shared_.options.body_max);
  Code code;
  parser_->put(asio::buffer(framing_of(head_)), code);
  if (code) {
    read_failed(code);
    return;
  }
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](Code failed, std::size_t) {
                     if (failed) {
                       self->read_failed(failed);
                     } else {
                       self->hand_in(std::move(self->parser_->get().body()));
                     }
                   });
}

void Connection::read_failed(Code code) {
  if (phase_ == Phase::closed) return;
  const int status = phase_ == Phase::late ? 408 : status_of(code);
  if (status == 0) {
    close();
  } else {
    turn_away(status);
  }
}

// HTTP/1.0 may name no host.
bool Connection::is_our_host() const {
  const auto& hosts = shared_.options.hosts;
  return head_.host.empty() || std::ranges::find(hosts, head_.host) != hosts.end();
}

void Connection::hand_in(std::string body) {
  HttpRequest request{.method = std::move(head_.method),
                      .path = std::move(head_.target.path),
                      .query = std::move(head_.target.query),
                      .headers = std::move(head_.headers),
                      .body = std::move(body)};
  manner_ = take_manner(request);
  if (head_.asks_server) {
    write({.status = 204}, keep_alive_ && !finishing_);
    return;
  }
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
  Mannered answer = in_manner(manner_, std::move(response));
  heading_ = head_of(answer.response, answer.size, keep);
  body_ = std::move(answer.response.body);
  const std::array<asio::const_buffer, 2> both{asio::buffer(heading_),
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
  heading_ =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "X-Accel-Buffering: no\r\nConnection: close\r\n";
  append_date(heading_);
  heading_ += "\r\n";
  set_deadline(shared_.options.write_timeout);
  asio::async_write(socket_, asio::buffer(heading_),
                    [self = shared_from_this()](Code code, std::size_t) {
                      if (self->phase_ == Phase::closed) return;
                      if (code || self->manner_.is_head) {
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
