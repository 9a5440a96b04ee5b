#include "common/domain/instant.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace doorstep {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::int64_t ms_per_minute = 60'000;
constexpr std::int64_t ms_per_hour = 60 * ms_per_minute;
constexpr std::int64_t ms_per_day = 24 * ms_per_hour;
constexpr std::int64_t beijing_offset_ms = 8 * ms_per_hour;

constexpr Day day_of(int year, unsigned month, unsigned day) {
  const sys_days date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
  return Day{static_cast<std::int32_t>(date.time_since_epoch().count())};
}
// What four digits can say of a year.
constexpr Day first_written = day_of(0, 1, 1);
constexpr Day last_written = day_of(9999, 12, 31);
constexpr Day first_recordable = day_of(1970, 1, 1);
constexpr Day last_recordable = day_of(9998, 12, 31);

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Takes exactly `width` digits off the front of `text`; -1 where they are not there.
int take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return -1;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Day> take_date(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 1 || !take(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

// The milliseconds of ".123456"; digits after the third are dropped. -1: a dot without digits.
int take_fraction_ms(std::string_view& text) {
  if (!take(text, '.')) return 0;
  int ms = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return -1;
  for (; digits < 3; ++digits) ms *= 10;
  return ms;
}

std::optional<std::int64_t> take_offset_ms(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const int hours = take_number(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ':')) return std::nullopt;
  const int minutes = take_number(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t offset = hours * ms_per_hour + minutes * ms_per_minute;
  return east ? offset : -offset;
}

}  // namespace

Day beijing_day(Instant at) {
  return Day{static_cast<std::int32_t>(floor_div(at.unix_ms + beijing_offset_ms, ms_per_day))};
}

Instant start_of(Day day) {
  return {static_cast<std::int64_t>(day) * ms_per_day - beijing_offset_ms};
}

int beijing_hour(Instant at) {
  return static_cast<int>((at - start_of(beijing_day(at))).count() / ms_per_hour);
}

std::string to_string(Instant at) {
  const Instant least{static_cast<std::int64_t>(first_written) * ms_per_day};
  const Instant most{(static_cast<std::int64_t>(last_written) + 1) * ms_per_day - 1};
  at = std::clamp(at, least, most);
  const bool is_utc = beijing_day(at) > last_written;
  const std::int64_t local_ms = at.unix_ms + (is_utc ? 0 : beijing_offset_ms);
  const Day day{static_cast<std::int32_t>(floor_div(local_ms, ms_per_day))};
  const std::int64_t ms = local_ms - static_cast<std::int64_t>(day) * ms_per_day;
  char time[32];
  std::snprintf(time, sizeof time, "T%02d:%02d:%02d.%03d%s", static_cast<int>(ms / ms_per_hour),
                static_cast<int>(ms / ms_per_minute % 60), static_cast<int>(ms / 1000 % 60),
                static_cast<int>(ms % 1000), is_utc ? "Z" : "+08:00");
  return to_string(day) + time;
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto day = take_date(text);
  if (!day || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  int second = 0;
  int fraction_ms = 0;
  if (take(text, ':')) {
    second = take_number(text, 2);
    if (second < 0 || second > 59) return std::nullopt;
    fraction_ms = take_fraction_ms(text);
    if (fraction_ms < 0) return std::nullopt;
  }
  const auto offset_ms = take_offset_ms(text);
  if (!offset_ms || !text.empty()) return std::nullopt;
  const Instant at{static_cast<std::int64_t>(*day) * ms_per_day + hour * ms_per_hour +
                   minute * ms_per_minute + second * std::int64_t{1000} + fraction_ms - *offset_ms};
  if (!is_recordable(at)) return std::nullopt;
  return at;
}

bool is_recordable(Day day) { return day >= first_recordable && day <= last_recordable; }

std::string to_string(Day day) {
  day = std::clamp(day, first_written, last_written);
  const std::chrono::year_month_day date{sys_days{days{static_cast<std::int32_t>(day)}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::optional<Day> parse_day(std::string_view text) {
  const auto day = take_date(text);
  if (!day || !text.empty() || !is_recordable(*day)) return std::nullopt;
  return day;
}

}  // namespace doorstep
