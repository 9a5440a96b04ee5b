#include "common/http/authority.h"

#include <algorithm>

#include "common/seam/http_text.h"

namespace doorstep::web {

namespace {

using namespace http_text;

bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

// Of a name; an escape is checked apart.
bool is_name_char(char c) {
  constexpr std::string_view others = "-._~!$&'()*+,;=";
  return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

bool is_name(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      if (text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
      at += 2;
    } else if (!is_name_char(text[at])) {
      return false;
    }
  }
  return !text.empty();
}

bool is_address_in_brackets(std::string_view text) {
  if (text.size() < 4 || !text.starts_with('[') || !text.ends_with(']')) return false;
  text = text.substr(1, text.size() - 2);
  return std::ranges::all_of(text, [](char c) { return is_hex(c) || c == ':' || c == '.'; }) &&
         text.find(':') != std::string_view::npos;
}

}  // namespace

std::optional<std::string> host_of(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket;
  const std::size_t colon = std::min(authority.find(':', from), authority.size());
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port = authority.substr(std::min(colon + 1, authority.size()));
  const bool is_port = port.size() <= 5 && std::ranges::all_of(port, is_digit);
  if (!is_port || !(is_name(host) || is_address_in_brackets(host))) return std::nullopt;
  return lower(host);
}

std::optional<AbsoluteForm> parse_absolute_form(std::string_view target) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos || colon == 0 || !is_letter(target[0])) return std::nullopt;
  const std::string_view scheme = target.substr(0, colon);
  const bool is_scheme = std::ranges::all_of(scheme, [](char c) {
    return is_digit(c) || is_letter(c) || c == '+' || c == '-' || c == '.';
  });
  if (!is_scheme) return std::nullopt;
  const std::string_view rest = target.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  auto host = host_of(rest.substr(0, end));
  if (!host) return std::nullopt;
  AbsoluteForm form{.scheme = lower(scheme), .host = *std::move(host)};
  if (!rest.substr(end).starts_with('/')) form.path_and_query = '/';
  form.path_and_query += rest.substr(end);
  return form;
}

}  // namespace doorstep::web
