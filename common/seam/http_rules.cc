#include "common/seam/http_rules.h"

#include <optional>
#include <utility>

#include "common/seam/http_text.h"

namespace doorstep {
namespace {

using http_text::trim;

// Between the quotes of an entity tag.
bool is_tag_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

// "a" of `W/"a"` or `"a"` at the start of `text`, which is taken; nullopt: there is none.
std::optional<std::string_view> take_tag(std::string_view& text) {
  std::string_view rest = text;
  if (rest.starts_with("W/")) rest.remove_prefix(2);
  if (!rest.starts_with('"')) return std::nullopt;
  rest.remove_prefix(1);
  std::size_t size = 0;
  while (size < rest.size() && is_tag_char(rest[size])) ++size;
  if (size == rest.size() || rest[size] != '"') return std::nullopt;
  text = rest.substr(size + 1);
  return rest.substr(0, size);
}

std::string header(const HttpRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string{} : found->second;
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  const auto wanted = take_tag(etag);
  if (!wanted || !etag.empty()) return false;
  std::string_view list = trim(if_none_match);
  if (list == "*") return true;
  bool is_named = false;
  // A list may have empty places; between two tags there is a comma.
  while (!list.empty()) {
    if (list.starts_with(',')) {
      list = trim(list.substr(1));
      continue;
    }
    const auto tag = take_tag(list);
    if (!tag) return false;
    is_named = is_named || *tag == *wanted;
    list = trim(list);
    if (!list.empty() && !list.starts_with(',')) return false;
  }
  return is_named;
}

HttpManner take_manner(HttpRequest& request) {
  HttpManner manner{.is_head = request.method == "HEAD",
                    .if_none_match = header(request, "if-none-match")};
  if (manner.is_head) request.method = "GET";
  manner.is_read = request.method == "GET";
  request.content_type = parse_media_type(header(request, "content-type"));
  return manner;
}

Mannered in_manner(const HttpManner& manner, HttpResponse response) {
  const auto etag = response.headers.find("ETag");
  if (manner.is_read && response.status == 200 && etag != response.headers.end() &&
      names_etag(manner.if_none_match, etag->second)) {
    response.status = 304;
  }
  response.headers.try_emplace("Cache-Control", "no-store");
  if (!may_have_body(response.status)) response.body.reset();
  const std::size_t size = response.body ? response.body->size() : 0;
  if (manner.is_head) response.body.reset();
  return {std::move(response), size};
}

}  // namespace doorstep
