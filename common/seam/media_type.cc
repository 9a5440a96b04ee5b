#include "common/seam/media_type.h"

#include "common/seam/http_text.h"

namespace doorstep {
namespace {

using namespace http_text;

// Takes as much of `text` as its letters are of a token; empty: none.
std::string_view take_token(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_token_char(text[size])) ++size;
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return token;
}

// Behind the opening quote. nullopt: it does not end, or holds what no field may.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"') {
      text.remove_prefix(at + 1);
      return value;
    }
    if (c == '\\') {
      if (++at == text.size()) return std::nullopt;
      c = text[at];
    }
    if (!is_value_char(c)) return std::nullopt;
    value += c;
  }
  return std::nullopt;
}

std::optional<std::string> take_value(std::string_view& text) {
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    return take_quoted(text);
  }
  const std::string_view token = take_token(text);
  if (token.empty()) return std::nullopt;
  return std::string{token};
}

}  // namespace

std::string MediaType::charset() const {
  const auto found = parameters.find("charset");
  return found == parameters.end() ? std::string{} : lower(found->second);
}

std::optional<MediaType> parse_media_type(std::string_view text) {
  text = trim(text);
  const std::string_view type = take_token(text);
  if (type.empty() || !text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  const std::string_view subtype = take_token(text);
  if (subtype.empty()) return std::nullopt;
  MediaType parsed{.name = lower(type) + '/' + lower(subtype)};
  while (!(text = trim(text)).empty()) {
    if (!text.starts_with(';')) return std::nullopt;
    text.remove_prefix(1);
    text = trim(text);
    if (text.empty() || text.starts_with(';')) continue;  // "a/b;" names no parameter
    const std::string_view name = take_token(text);
    if (name.empty() || !text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    auto value = take_value(text);
    if (!value) return std::nullopt;
    if (!parsed.parameters.emplace(lower(name), std::move(*value)).second) return std::nullopt;
  }
  return parsed;
}

}  // namespace doorstep
