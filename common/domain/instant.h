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

// What may be recorded: the years 1970 to 9998. Every one of these can be written with any offset
// and read back; the year 9999 is left to the offsets.
inline constexpr Instant first_instant{0};
inline constexpr Instant last_instant{253'370'764'799'999};  // 9998-12-31T23:59:59.999Z
[[nodiscard]] constexpr bool is_recordable(Instant at) {
  return at >= first_instant && at <= last_instant;
}

[[nodiscard]] Day beijing_day(Instant at);
[[nodiscard]] Instant start_of(Day day);
// 0..23, Beijing time.
[[nodiscard]] int beijing_hour(Instant at);

// RFC 3339 with milliseconds and the county's offset: 2022-03-23T08:00:00.000+08:00. Logs of before
// hold instants of 9999 that are of the year 10000 here: these are written in UTC. What has no year
// of four digits at all is written as the first or the last that has.
[[nodiscard]] std::string to_string(Instant at);
// RFC 3339 with any offset or Z; seconds and fraction may be left out. nullopt also where the
// instant is not recordable, whatever year the text shows.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

// A day of the years 1970 to 9998.
[[nodiscard]] bool is_recordable(Day day);
// 2022-03-23; what has no year of four digits is written as the first or the last that has.
[[nodiscard]] std::string to_string(Day day);
// nullopt also where the day is not recordable.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);

}  // namespace doorstep
