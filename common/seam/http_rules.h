// What RFC 9110 asks of every answer, whatever it says: kept by each HttpServer, so that no service
// can forget it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/seam/http.h"

namespace doorstep {

// True where `if_none_match` names `etag`, whether weak or strong, in a list or as "*" (13.1.2).
// What is malformed names nothing.
[[nodiscard]] bool names_etag(std::string_view if_none_match, std::string_view etag);

// What of a request decides how its answer is given.
struct HttpManner {
  bool is_head{};
  bool is_read{};  // GET or HEAD
  std::string if_none_match{};
};
// Takes the manner out of a request: a HEAD becomes the GET whose header alone is wanted, and the
// content type is parsed.
[[nodiscard]] HttpManner take_manner(HttpRequest& request);
// 304 for what the client has already; no body where none may be; and nothing is stored that does
// not say how. `size` is the body's, which a HEAD is told too.
struct Mannered {
  HttpResponse response{};
  std::size_t size{};
};
[[nodiscard]] Mannered in_manner(const HttpManner& manner, HttpResponse response);

}  // namespace doorstep
