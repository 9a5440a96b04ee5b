#include "common/http/answer_head.h"

#include <boost/beast/http/status.hpp>
#include <chrono>
#include <string_view>

#include "common/http/http_date.h"

namespace doorstep::web {

namespace {

namespace http = boost::beast::http;

// A line break in a header's value would begin another header.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n') head += c;
  }
  head.append("\r\n");
}

}  // namespace

void append_date(std::string& head) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  append_header(head, "Date", http_date(now));
}

std::string head_of(const HttpResponse& response, std::size_t size, bool keep) {
  const auto status = static_cast<unsigned>(response.status);
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(std::string_view{http::obsolete_reason(http::int_to_status(status))});
  head.append("\r\n");
  append_date(head);
  if (size > 0) append_header(head, "Content-Type", response.content_type);
  if (status != 204 && status != 304) {
    append_header(head, "Content-Length", std::to_string(size));
  }
  if (!keep) append_header(head, "Connection", "close");
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  head.append("\r\n");
  return head;
}

}  // namespace doorstep::web
