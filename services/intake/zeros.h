// Keys that are numbers, and the zeros in front of them that spreadsheets drop. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace doorstep::intake {

[[nodiscard]] inline bool is_number(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

// The known key that differs from this one by zeros in front only; empty: there is none, or this
// one is known itself, or no number.
template <class IsKnown>
[[nodiscard]] std::string known_with_other_zeros(const std::string& key, IsKnown is_known) {
  constexpr std::size_t digits_max = 20;
  if (!is_number(key) || key.size() > digits_max || is_known(key)) return {};
  std::string other = key.substr(std::min(key.find_first_not_of('0'), key.size() - 1));
  for (; other.size() <= digits_max; other.insert(other.begin(), '0')) {
    if (other != key && is_known(other)) return other;
  }
  return {};
}

}  // namespace doorstep::intake
