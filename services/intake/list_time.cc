#include "services/intake/list_time.h"

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace doorstep::intake {
namespace {

constexpr std::int64_t ms_per_minute = 60'000;
// Day 0 of spreadsheets that count from 1900: 1899-12-30, 25,569 days before 1970-01-01.
constexpr std::int32_t serial_of_1970 = 25'569;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

void take_blanks(std::string_view& text) {
  while (take(text, " ")) {
  }
}

std::optional<Day> day_of(std::string_view year, std::string_view month, std::string_view day) {
  if (year.size() != 4 || month.empty() || month.size() > 2 || day.empty() || day.size() > 2) {
    return std::nullopt;
  }
  const auto padded = [](std::string_view number) {
    return std::string(2 - number.size(), '0') + std::string{number};
  };
  return parse_day(std::string{year} + '-' + padded(month) + '-' + padded(day));
}

// Every day that the three numbers can mean.
std::vector<Day> days_of(const std::array<std::string_view, 3>& parts) {
  std::vector<Day> days;
  const auto add = [&](std::optional<Day> day) {
    if (day && (days.empty() || days.front() != *day)) days.push_back(*day);
  };
  if (parts[0].size() == 4) {
    add(day_of(parts[0], parts[1], parts[2]));
  } else if (parts[2].size() == 4) {
    add(day_of(parts[2], parts[1], parts[0]));
    add(day_of(parts[2], parts[0], parts[1]));
  }
  return days;
}

// 1 to 12 for jan to december; 0: none.
int take_month_name(std::string_view& text) {
  constexpr std::string_view months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
  std::string name;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower < 'a' || lower > 'z') break;
    name += lower;
  }
  for (int i = 0; i < 12; ++i) {
    if (name != months[i] && name != months[i].substr(0, 3)) continue;
    text.remove_prefix(name.size());
    return i + 1;
  }
  return 0;
}

// Month and day behind "2026年".
std::vector<Day> take_chinese_days(std::string_view year, std::string_view& text) {
  take_blanks(text);
  const std::string_view month = take_digits(text);
  take_blanks(text);
  if (!take(text, "月")) return {};
  take_blanks(text);
  const std::string_view day = take_digits(text);
  take_blanks(text);
  if (!take(text, "日")) return {};
  return days_of({year, month, day});
}

// Takes a day off the front of the text; all that it can mean, nothing where there is none.
std::vector<Day> take_days(std::string_view& text) {
  const std::string_view first = take_digits(text);
  if (first.size() == 8) {
    return days_of({first.substr(0, 4), first.substr(4, 2), first.substr(6)});
  }
  const std::string_view behind = text;
  take_blanks(text);
  if (take(text, "年")) return take_chinese_days(first, text);
  text = behind;
  for (const std::string_view separator : {"-", "/", ".", " "}) {
    if (!take(text, separator)) continue;
    if (const int month = take_month_name(text); month > 0) {
      if (!take(text, separator)) return {};
      const std::string_view year = take_digits(text);
      if (year.size() != 4) return {};
      return days_of({year, std::to_string(month), first});
    }
    const std::string_view second = take_digits(text);
    if (!take(text, separator)) return {};
    return days_of({first, second, take_digits(text)});
  }
  return {};
}

// 2026年11月1日星期日: the day is said already.
void take_weekday(std::string_view& text) {
  const std::string_view behind = text;
  take_blanks(text);
  if (take(text, "星期") || take(text, "周")) {
    for (const std::string_view day : {"一", "二", "三", "四", "五", "六", "日", "天"}) {
      if (take(text, day)) return;
    }
  }
  text = behind;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

enum class Half : std::uint8_t { none, morning, afternoon };

Half take_half(std::string_view& text) {
  take_blanks(text);
  if (take(text, "上午") || take(text, "AM") || take(text, "am")) return Half::morning;
  if (take(text, "下午") || take(text, "PM") || take(text, "pm")) return Half::afternoon;
  return Half::none;
}

// 12 AM is midnight, 12 PM noon; -1: no such hour.
int hour_of(int hour, Half half) {
  if (half == Half::none) return hour <= 23 ? hour : -1;
  if (hour < 1 || hour > 12) return -1;
  return hour % 12 + (half == Half::afternoon ? 12 : 0);
}

// "", " 8:05", " 08:05:00", "T08:05:00.000", " 上午8:05", " 8:05 PM", " 8时05分": milliseconds
// since midnight.
std::optional<Milliseconds> time_of_day(std::string_view text) {
  if (text.empty()) return Milliseconds{0};
  static_cast<void>(take(text, "T"));
  Half half = take_half(text);
  take_blanks(text);
  const std::string_view hour = take_digits(text);
  if (!take(text, ":") && !take(text, "时")) return std::nullopt;
  const std::string_view minute = take_digits(text);
  std::string_view second = "0";
  if (take(text, "分")) {
    if (const std::string_view given = take_digits(text); !given.empty()) {
      second = given;
      if (!take(text, "秒")) return std::nullopt;
    }
  } else if (take(text, ":")) {
    second = take_digits(text);
    if (take(text, ".") && take_digits(text).empty()) return std::nullopt;
  }
  if (half == Half::none) half = take_half(text);
  for (const std::string_view part : {hour, minute, second}) {
    if (part.empty() || part.size() > 2) return std::nullopt;
  }
  const int hours = hour_of(number(hour), half);
  if (!text.empty() || hours < 0 || number(minute) > 59 || number(second) > 59) return std::nullopt;
  return Milliseconds{(hours * 60 + number(minute)) * ms_per_minute +
                      number(second) * std::int64_t{1'000}};
}

Words no_time() {
  return {
      "应为 1970 年至 9998 年间的日期或时间，如 2022-03-23 或 2022/3/23 8:00",
      "must be a day or a time of the years 1970 to 9998, such as 2022-03-23 or 2022/3/23 8:00"};
}

Words two_days(Day one, Day other) {
  return {"可能指 " + to_string(one) + "，也可能指 " + to_string(other) + "；请写成年月日，如 " +
              to_string(one),
          "may mean " + to_string(one) + " or " + to_string(other) +
              ": write year, month, day, such as " + to_string(one)};
}

// 46327 is what a day looks like in a column that was formatted as a number.
std::optional<Words> day_number(std::string_view text) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  if (digits.size() != 5) return std::nullopt;
  if (!rest.empty() && (!take(rest, ".") || take_digits(rest).empty() || !rest.empty())) {
    return std::nullopt;
  }
  const std::string day = to_string(Day{number(digits) - serial_of_1970});
  return Words{"这是表格软件的日期序号（可能是 " + day + "）；请把该列设为日期格式后重新保存",
               "is a spreadsheet's number of a day (maybe " + day +
                   "): format the column as a date and save it again"};
}

}  // namespace

std::expected<Instant, Words> time_in_list(std::string_view text) {
  if (const auto at = parse_instant(text)) return *at;
  if (auto words = day_number(text)) return std::unexpected(*std::move(words));
  std::string_view rest = text;
  const std::vector<Day> days = take_days(rest);
  take_weekday(rest);
  const auto time = time_of_day(rest);
  if (days.empty() || !time) return std::unexpected(no_time());
  if (days.size() > 1) return std::unexpected(two_days(days[0], days[1]));
  const Instant at = start_of(days.front()) + *time;
  if (is_recordable(at)) return at;  // 1970 begins eight hours later in UTC
  return std::unexpected(no_time());
}

}  // namespace doorstep::intake
