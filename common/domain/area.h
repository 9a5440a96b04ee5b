// Area codes: the county's places as one decimal number, so that a subtree is a range and an
// ancestor a division. 17 digits: 6 county + 3 township + 3 village (the national statistical code)
// + 3 grid + 2 micro-grid, zeros to the right. Source of the first 12: National Bureau of
// Statistics, 2023 edition.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep {

enum class AreaLevel : std::uint8_t { county = 1, township, village, grid, micro_grid };

struct AreaCode {
  std::uint64_t value{};  // 0: area not known yet

  auto operator<=>(const AreaCode&) const = default;
  [[nodiscard]] constexpr bool is_known() const { return value != 0; }
};

// "Not known" or 17 digits, whatever they mean.
[[nodiscard]] constexpr bool is_code(AreaCode code) {
  return !code.is_known() ||
         (code.value >= 10'000'000'000'000'000 && code.value <= 99'999'999'999'999'999);
}
// The level whose digits are the last that are not all zero. Pre-condition: the code is known.
[[nodiscard]] AreaLevel level_of(AreaCode code);
// The ancestor at `level`, or the code itself where it already is at that level or above.
[[nodiscard]] AreaCode ancestor(AreaCode code, AreaLevel level);
// One level up; the county's parent is "not known".
[[nodiscard]] AreaCode parent(AreaCode code);
// True for the area itself and everything below it. Nothing contains the unknown area.
[[nodiscard]] bool contains(AreaCode area, AreaCode code);
// The largest code inside `area`: its subtree is the closed range [area, last_in(area)].
[[nodiscard]] AreaCode last_in(AreaCode area);

// The 6-, 9-, 12-, 15- or 17-digit prefix; "0" for the unknown area.
[[nodiscard]] std::string to_string(AreaCode code);
// Accepts such a prefix (and the 12-digit national form with zeros to the right). nullopt: not a
// code.
[[nodiscard]] std::optional<AreaCode> parse_area(std::string_view text);

}  // namespace doorstep

template <>
struct std::hash<doorstep::AreaCode> {
  std::size_t operator()(const doorstep::AreaCode& code) const noexcept {
    return code.value * 0x9e3779b97f4a7c15ULL;
  }
};
