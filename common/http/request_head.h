// The head of a request, read strictly by RFC 9112: what it does not allow is refused and not
// guessed, so that nothing between a client and this server can understand a request otherwise.
// One thing is taken that it does not allow, since it can be read in one way only: letters of a
// target that should be escaped (percent.h). Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/percent.h"

namespace doorstep::web {

// Where a head ends, in bytes that come piece by piece.
struct HeadScan {
  enum class State : std::uint8_t { incomplete, complete, malformed };
  State state{};
  std::size_t begin{};    // after the empty lines before it, of which RFC 9112 wants none to matter
  std::size_t end{};      // where complete: behind its empty line
  std::size_t scanned{};  // to go on from, with more bytes
  std::size_t request_line_end{};  // 0: not there yet
};
// `before` is what the last call gave for the same bytes with fewer of them behind; first a
// HeadScan{}.
[[nodiscard]] HeadScan scan_head(std::string_view bytes, const HeadScan& before);

struct RequestHead {
  std::string method{};
  bool asks_server{};  // OPTIONS *: about the server, not about something on it
  Target target{};
  std::string host{};  // that it is for, in lower case without a port; empty: HTTP/1.0 named none
  std::map<std::string, std::string> headers{};  // as in HttpRequest
  std::uint64_t content_length{};
  bool is_chunked{};
  bool keeps_connection{};
  bool expects_continue{};

  [[nodiscard]] bool has_body() const { return is_chunked || content_length > 0; }
};

// The head with its empty line. The error is the status to refuse it with: 400, 415, 417, 421, 501
// or 505.
[[nodiscard]] std::expected<RequestHead, int> parse_request_head(std::string_view head);

}  // namespace doorstep::web
