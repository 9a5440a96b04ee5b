#include "common/http/request_head.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "common/http/authority.h"
#include "common/seam/http_text.h"

namespace doorstep::web {

namespace {

using namespace http_text;

constexpr int malformed = 400;
constexpr int unsupported_content = 415;
constexpr int expectation_failed = 417;
constexpr int another_server = 421;
constexpr int not_implemented = 501;
constexpr int other_version = 505;

constexpr std::uint64_t length_max = std::numeric_limits<std::uint64_t>::max();

// RFC 9110, 9.1; CONNECT is for proxies.
constexpr std::array<std::string_view, 8> methods{"GET",    "HEAD",    "POST",  "PUT",
                                                  "DELETE", "OPTIONS", "TRACE", "PATCH"};

using Lines = std::vector<std::string_view>;
using Headers = std::map<std::string, std::string>;

// Pre-condition: the head is complete, so that each line ends with CRLF.
Lines lines_of(std::string_view head) {
  Lines lines;
  for (std::size_t end = head.find("\r\n"); end != std::string_view::npos && end > 0;
       end = head.find("\r\n")) {
    lines.push_back(head.substr(0, end));
    head.remove_prefix(end + 2);
  }
  return lines;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The elements of a list, in lower case; empty ones do not count (RFC 9110, 5.6.1).
std::vector<std::string> list_of(const Headers& headers, const std::string& name) {
  std::vector<std::string> list;
  const auto found = headers.find(name);
  if (found == headers.end()) return list;
  for (const std::string_view part : parts_of(found->second, ',')) {
    if (!trim(part).empty()) list.push_back(lower(trim(part)));
  }
  return list;
}

bool has(const std::vector<std::string>& list, std::string_view element) {
  return std::ranges::find(list, element) != list.end();
}

// The minor version of HTTP/1.
std::expected<int, int> version_of(std::string_view text) {
  constexpr std::string_view name = "HTTP/";
  const bool is_version = text.size() == name.size() + 3 && text.starts_with(name) &&
                          is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
  if (!is_version) return std::unexpected{malformed};
  if (text[5] != '1') return std::unexpected{other_version};
  return text[7] - '0';
}

// Fields in order; nullopt: one of them is none. A line that begins with a blank would go on with
// the one before it (obs-fold), which other programs read otherwise: refused.
std::optional<std::vector<std::pair<std::string, std::string_view>>> fields_of(const Lines& lines) {
  std::vector<std::pair<std::string, std::string_view>> fields;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = lines[i].substr(0, colon);
    const std::string_view value = trim(lines[i].substr(colon + 1));
    if (!is_token(name) || !std::ranges::all_of(value, is_value_char)) return std::nullopt;
    fields.emplace_back(lower(name), value);
  }
  return fields;
}

// Takes path and query, and the host that an absolute form names. The status, where it is refused.
std::optional<int> take_target(std::string_view text, RequestHead& head) {
  head.asks_server = text == "*" && head.method == "OPTIONS";
  if (head.asks_server) return std::nullopt;
  std::string path{text};
  if (!text.starts_with('/')) {
    const auto absolute = parse_absolute_form(text);
    if (!absolute) return malformed;
    // What is asked for is elsewhere, whatever has led here.
    if (absolute->scheme != "http") return another_server;
    head.host = absolute->host;
    path = absolute->path_and_query;
  }
  auto target = parse_target(path);
  if (!target) return malformed;
  head.target = *std::move(target);
  return std::nullopt;
}

// Exactly one Host, and a valid one (RFC 9112, 3.2). An absolute form has said it already.
std::optional<int> take_host(const std::vector<std::pair<std::string, std::string_view>>& fields,
                             int version, RequestHead& head) {
  const auto is_host = [](const auto& field) { return field.first == "host"; };
  const auto count = std::ranges::count_if(fields, is_host);
  if (count == 0 && version == 0) return std::nullopt;
  if (count != 1) return malformed;
  const auto host = host_of(std::ranges::find_if(fields, is_host)->second);
  if (!host) return malformed;
  if (head.host.empty()) head.host = *host;
  return std::nullopt;
}

// How long the body is (RFC 9112, 6.3). Two lengths, or one that can be read in two ways, are how
// a request is hidden in another: refused.
std::optional<int> take_framing(const std::vector<std::pair<std::string, std::string_view>>& fields,
                                int version, RequestHead& head) {
  const bool is_coded = head.headers.contains("transfer-encoding");
  const bool has_length = head.headers.contains("content-length");
  if (is_coded) {
    const auto codings = list_of(head.headers, "transfer-encoding");
    const bool ends_chunked = !codings.empty() && codings.back() == "chunked";
    if (has_length || version == 0 || !ends_chunked) return malformed;
    if (std::ranges::count(codings, "chunked") != 1) return malformed;
    if (codings.size() != 1) return not_implemented;
    head.is_chunked = true;
  }
  if (!has_length) return std::nullopt;
  const auto is_length = [](const auto& field) { return field.first == "content-length"; };
  if (std::ranges::count_if(fields, is_length) != 1) return malformed;
  const std::string_view digits = head.headers.at("content-length");
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return malformed;
  for (const char c : digits) {
    // Beyond any limit; a longer one would not fit.
    const bool fits = head.content_length < length_max / 10;
    head.content_length =
        fits ? head.content_length * 10 + static_cast<std::uint64_t>(c - '0') : length_max;
  }
  return std::nullopt;
}

std::optional<int> take_expectations(int version, RequestHead& head) {
  const auto encodings = list_of(head.headers, "content-encoding");
  const bool is_plain =
      std::ranges::all_of(encodings, [](auto& each) { return each == "identity"; });
  if (!is_plain) return unsupported_content;
  const auto connection = list_of(head.headers, "connection");
  head.keeps_connection = version > 0 && !has(connection, "close");
  if (version == 0) return std::nullopt;  // knows no 100
  for (const std::string& expected : list_of(head.headers, "expect")) {
    if (expected != "100-continue") return expectation_failed;
    head.expects_continue = true;
  }
  return std::nullopt;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, const HeadScan& before) {
  HeadScan scan = before;
  for (; scan.scanned < bytes.size(); ++scan.scanned) {
    const std::size_t at = scan.scanned;
    const char c = bytes[at];
    const char last = at > scan.begin ? bytes[at - 1] : '\0';
    if (c == '\n' && last != '\r') break;
    if (c != '\n' && last == '\r') break;
    if (c != '\n' && c != '\r' && !is_value_char(c)) break;
    if (c != '\n') continue;
    const std::string_view so_far = bytes.substr(scan.begin, at + 1 - scan.begin);
    if (so_far == "\r\n") {
      scan.begin = at + 1;
    } else if (so_far.ends_with("\r\n\r\n")) {
      scan.state = HeadScan::State::complete;
      scan.end = at + 1;
      return scan;
    } else if (scan.request_line_end == 0) {
      scan.request_line_end = at + 1;
    }
  }
  if (scan.scanned < bytes.size()) scan.state = HeadScan::State::malformed;
  return scan;
}

std::expected<RequestHead, int> parse_request_head(std::string_view text) {
  const Lines lines = lines_of(text);
  if (lines.empty()) return std::unexpected{malformed};
  const auto words = parts_of(lines.front(), ' ');
  if (words.size() != 3 || !is_token(words[0])) return std::unexpected{malformed};
  const auto version = version_of(words[2]);
  if (!version) return std::unexpected{version.error()};
  const auto fields = fields_of(lines);
  if (!fields) return std::unexpected{malformed};
  RequestHead head{.method = std::string{words[0]}};
  if (std::ranges::find(methods, head.method) == methods.end()) {
    return std::unexpected{not_implemented};
  }
  for (const auto& [name, value] : *fields) {
    const auto [entry, is_new] = head.headers.try_emplace(name, value);
    if (!is_new) entry->second.append(", ").append(value);
  }
  if (const auto refused = take_target(words[1], head)) return std::unexpected{*refused};
  if (const auto refused = take_host(*fields, *version, head)) return std::unexpected{*refused};
  if (const auto refused = take_framing(*fields, *version, head)) return std::unexpected{*refused};
  if (const auto refused = take_expectations(*version, head)) return std::unexpected{*refused};
  return head;
}

}  // namespace doorstep::web
