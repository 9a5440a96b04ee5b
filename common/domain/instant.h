// Time as a number: milliseconds since 1970-01-01T00:00Z. Nothing here reads a clock; `now` is
// always an argument. A day is Beijing time (UTC+08:00, no daylight saving since 1991).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep {

using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

struct Instant {
  std::int64_t unix_ms{};

  auto operator<=>(const Instant&) const = default;
  friend Instant operator+(Instant at, Milliseconds d) { return {at.unix_ms + d.count()}; }
  friend Instant operator-(Instant at, Milliseconds d) { return {at.unix_ms - d.count()}; }
  friend Milliseconds operator-(Instant a, Instant b) {
    return Milliseconds{a.unix_ms - b.unix_ms};
  }
};

// Days since 1970-01-01 on the Beijing calendar.
enum class Day : std::int32_t {};

[[nodiscard]] Day beijing_day(Instant at);
[[nodiscard]] Instant start_of(Day day);
// 0..23, Beijing time.
[[nodiscard]] int beijing_hour(Instant at);

// RFC 3339 with milliseconds and the county's offset: 2022-03-23T08:00:00.000+08:00.
[[nodiscard]] std::string to_string(Instant at);
// RFC 3339 with any offset or Z; seconds and fraction may be left out. Years 1970 to 9999.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

// 2022-03-23.
[[nodiscard]] std::string to_string(Day day);
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);

}  // namespace doorstep
