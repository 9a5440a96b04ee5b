// What a client of either HTTP server may send, without the sockets: a head as it comes piece by
// piece, then its target, its tags and its type. What was understood means the same when it is
// written down again.
#include <string>

#include "common/http/request_head.h"
#include "common/seam/http_rules.h"
#include "common/seam/http_text.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

namespace {

web::HeadScan scan_in_pieces(std::string_view bytes, std::size_t step) {
  web::HeadScan scan;
  for (std::size_t size = step; size < bytes.size(); size += step) {
    scan = web::scan_head(bytes.substr(0, size), scan);
    if (scan.state != web::HeadScan::State::incomplete) return scan;
  }
  return web::scan_head(bytes, scan);
}

std::string written(const web::RequestHead& head) {
  std::string text = head.method + ' ';
  text += head.asks_server ? std::string{"*"} : "http://" + (head.host.empty() ? "a" : head.host);
  if (!head.asks_server) {
    text += web::percent_encode(head.target.path).replace(0, 3, "/");
    char before = '?';
    for (const auto& [name, value] : head.target.query) {
      text += before + web::percent_encode(name) + '=' + web::percent_encode(value);
      before = '&';
    }
  }
  text += head.keeps_connection ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (const auto& [name, value] : head.headers) {
    if (name != "host") text.append(name).append(": ").append(value).append("\r\n");
  }
  return text + "host: " + (head.host.empty() ? "a" : head.host) + "\r\n\r\n";
}

void head_again(std::string_view text) {
  const auto head = web::parse_request_head(text);
  if (!head) {
    fuzz::must(head.error() >= 400 && head.error() < 600);
    return;
  }
  fuzz::must(!(head->is_chunked && head->content_length > 0));
  fuzz::must(http_text::is_token(head->method));
  for (const auto& [name, value] : head->headers) {
    fuzz::must(http_text::is_token(name) && http_text::lower(name) == name);
    fuzz::must(value.find_first_of("\r\n") == std::string::npos &&
               value.find('\0') == std::string::npos);
  }
  const std::string once = written(*head);
  const auto again = web::parse_request_head(once);
  // HTTP/1.0 knows no chunks, nor does it expect anything: closing is not written down as such.
  if (!again) return fuzz::must(!head->keeps_connection);
  fuzz::must(again->target.path == head->target.path && again->target.query == head->target.query);
  fuzz::must(again->content_length == head->content_length);
  fuzz::must(head->host.empty() || again->host == head->host);
  HttpRequest request{.method = head->method, .headers = head->headers};
  const HttpManner manner = take_manner(request);
  const auto answer = in_manner(manner, {.headers = {{"ETag", "\"a\""}}});
  fuzz::must(answer.response.status == 200 || manner.is_read);
}

void type_again(std::string_view text) {
  const auto type = parse_media_type(text);
  if (!type) return;
  std::string once = type->name;
  for (const auto& [name, value] : type->parameters) {
    once.append(";").append(name).append("=\"");
    for (const char c : value) {
      if (c == '"' || c == '\\') once += '\\';
      once += c;
    }
    once += '"';
  }
  fuzz::must(parse_media_type(once) == type);
}

void tags_again(std::string_view text) {
  const std::string list{text};
  if (!names_etag(list, "\"a\"")) return;
  fuzz::must(list.find('*') != std::string::npos || names_etag(list + ",\"b\"", "W/\"a\""));
  fuzz::must(!names_etag(list + " x", "\"a\""));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  const std::string_view text = input.text();
  const web::HeadScan whole = web::scan_head(text, {});
  const web::HeadScan pieces = scan_in_pieces(text, 1 + size % 7);
  fuzz::must(whole.state == pieces.state && whole.begin == pieces.begin && whole.end == pieces.end);
  if (whole.state == web::HeadScan::State::complete) {
    head_again(text.substr(whole.begin, whole.end - whole.begin));
  }
  head_again(std::string{text} + "\r\n\r\n");
  type_again(text);
  tags_again(text);
  return 0;
}
