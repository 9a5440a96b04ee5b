#include "common/http/http_client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cctype>
#include <chrono>
#include <optional>
#include <utility>

namespace doorstep::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Code = boost::system::error_code;
using Request = http::request<http::string_body>;
using ResponseParser = http::response_parser<http::string_body>;

// The operations are asynchronous only so that they can time out.
struct HttpClient::Connection {
  explicit Connection(HttpClientOptions chosen) : options{std::move(chosen)} {}

  [[nodiscard]] Code connect();
  [[nodiscard]] Code exchange(const Request& request, ResponseParser& parser);
  void close() {
    stream.reset();
    buffer.clear();
  }

  HttpClientOptions options;
  asio::io_context io{1};
  std::optional<beast::tcp_stream> stream{};
  beast::flat_buffer buffer{};
};

Code HttpClient::Connection::connect() {
  Code code;
  const auto address = asio::ip::make_address(options.host, code);
  if (code) return code;
  close();
  stream.emplace(io);
  stream->expires_after(std::chrono::milliseconds{options.connect_timeout.count()});
  stream->async_connect(asio::ip::tcp::endpoint{address, options.port},
                        [&code](Code result) { code = result; });
  io.restart();
  io.run();
  if (!code) stream->socket().set_option(asio::ip::tcp::no_delay{true}, code);
  return code;
}

Code HttpClient::Connection::exchange(const Request& request, ResponseParser& parser) {
  Code code;
  stream->expires_after(std::chrono::milliseconds{options.answer_timeout.count()});
  http::async_write(*stream, request, [&](Code written, std::size_t) {
    code = written;
    // A server that refuses a large request answers before it has taken all of it.
    http::async_read(*stream, buffer, parser, [&](Code read, std::size_t) {
      if (!read) code = {};
      if (!code) code = read;
    });
  });
  io.restart();
  io.run();
  return code;
}

namespace {

// The server closed the kept connection before it saw this request.
bool was_closed(Code code) {
  return code == http::error::end_of_stream || code == asio::error::connection_reset ||
         code == asio::error::broken_pipe;
}

HttpResponse response_of(http::response<http::string_body> message) {
  HttpResponse response{.status = static_cast<int>(message.result_int())};
  for (const auto& field : message) {
    std::string name{field.name_string()};
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[name] = std::string{field.value()};
  }
  response.content_type = std::string{message[http::field::content_type]};
  response.body = std::make_shared<const std::string>(std::move(message.body()));
  return response;
}

}  // namespace

HttpClient::HttpClient(HttpClientOptions options)
    : connection_{std::make_unique<Connection>(std::move(options))} {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpResponse> HttpClient::request(std::string_view method, std::string_view target,
                                         const Headers& headers, std::string_view body) {
  Connection& connection = *connection_;
  const std::string host = connection.options.host + ":" + std::to_string(connection.options.port);
  Request request;
  request.version(11);
  request.method_string({method.data(), method.size()});
  request.target({target.data(), target.size()});
  request.set(http::field::host, host);
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  Code code;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool is_fresh = !connection.stream;
    if (is_fresh) code = connection.connect();
    if (!code) {
      ResponseParser parser;
      parser.body_limit(connection.options.body_max);
      parser.skip(method == "HEAD");
      code = connection.exchange(request, parser);
      if (!code) {
        auto message = parser.release();
        if (!message.keep_alive()) connection.close();
        return response_of(std::move(message));
      }
    }
    connection.close();
    if (is_fresh || !was_closed(code)) break;
    code = {};
  }
  return failure(
      code == http::error::body_limit ? ErrorCode::too_large : ErrorCode::unavailable,
      std::string{method} + " http://" + host + std::string{target} + ": " + code.message());
}

}  // namespace doorstep::web
