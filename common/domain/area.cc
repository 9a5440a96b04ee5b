#include "common/domain/area.h"

#include <array>
#include <cstddef>

#include "common/domain/assert.h"

namespace doorstep {
namespace {

constexpr std::size_t code_digits = 17;
// What one unit of a level's own digits is worth, county first.
constexpr std::array<std::uint64_t, 5> unit = {100'000'000'000, 100'000'000, 100'000, 100, 1};
constexpr std::array<std::size_t, 5> prefix_digits = {6, 9, 12, 15, 17};

constexpr std::size_t index(AreaLevel level) { return static_cast<std::size_t>(level) - 1; }

}  // namespace

AreaLevel level_of(AreaCode code) {
  DOORSTEP_ASSERT(code.is_known());
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (code.value % unit[i] == 0) return static_cast<AreaLevel>(i + 1);
  }
  return AreaLevel::micro_grid;
}

AreaCode ancestor(AreaCode code, AreaLevel level) {
  return {code.value - code.value % unit[index(level)]};
}

AreaCode parent(AreaCode code) {
  if (!code.is_known()) return {};
  const AreaLevel level = level_of(code);
  if (level == AreaLevel::county) return {};
  return ancestor(code, static_cast<AreaLevel>(static_cast<unsigned>(level) - 1));
}

bool contains(AreaCode area, AreaCode code) {
  return area.is_known() && code >= area && code <= last_in(area);
}

AreaCode last_in(AreaCode area) {
  DOORSTEP_ASSERT(area.is_known());
  return {area.value + unit[index(level_of(area))] - 1};
}

std::string to_string(AreaCode code) {
  if (!code.is_known()) return "0";
  std::string text = std::to_string(code.value);
  text.resize(prefix_digits[index(level_of(code))]);
  return text;
}

std::optional<AreaCode> parse_area(std::string_view text) {
  bool is_prefix = false;
  for (const std::size_t digits : prefix_digits) is_prefix = is_prefix || text.size() == digits;
  // A county's code starts with its province, 11 to 82: a leading zero would shorten the number.
  if (!is_prefix || text.front() == '0') return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  for (std::size_t i = text.size(); i < code_digits; ++i) value *= 10;
  return AreaCode{value};
}

}  // namespace doorstep
