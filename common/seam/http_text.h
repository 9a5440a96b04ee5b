// The letters that RFC 9110 and 9112 build everything else from. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace doorstep::http_text {

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Of methods, names of fields, types and parameters.
[[nodiscard]] constexpr bool is_token_char(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}
[[nodiscard]] constexpr bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}
[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
// In a field's value: a tab, a blank, what is visible, and bytes beyond ASCII.
[[nodiscard]] constexpr bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// Only ASCII has cases here.
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string lowered{text};
  std::ranges::transform(lowered, lowered.begin(), [](char c) { return lower(c); });
  return lowered;
}

[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// True where a list separated by commas has `token`, in any case, with or without parameters.
[[nodiscard]] inline bool lists(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::string_view element = list.substr(0, list.find(','));
    if (lower(trim(element.substr(0, element.find(';')))) == token) return true;
    list.remove_prefix(std::min(element.size() + 1, list.size()));
  }
  return false;
}

}  // namespace doorstep::http_text
