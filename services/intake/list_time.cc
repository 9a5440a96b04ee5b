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

// Takes a day off the front of the text; all that it can mean, nothing where there is none.
std::vector<Day> take_days(std::string_view& text) {
  const std::string_view first = take_digits(text);
  if (first.size() == 8) {
    return days_of({first.substr(0, 4), first.substr(4, 2), first.substr(6)});
  }
  if (take(text, "年")) {
    const std::string_view month = take_digits(text);
    if (!take(text, "月")) return {};
    const std::string_view day = take_digits(text);
    if (!take(text, "日")) return {};
    return days_of({first, month, day});
  }
  for (const std::string_view separator : {"-", "/", "."}) {
    if (!take(text, separator)) continue;
    const std::string_view second = take_digits(text);
    if (!take(text, separator)) return {};
    return days_of({first, second, take_digits(text)});
  }
  return {};
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// "", " 8:05", " 08:05:00", "T08:05:00.000": milliseconds since midnight.
std::optional<Milliseconds> time_of_day(std::string_view text) {
  if (text.empty()) return Milliseconds{0};
  if (!take(text, "T") && !take(text, " ")) return std::nullopt;
  while (take(text, " ")) {
  }
  const std::string_view hour = take_digits(text);
  if (!take(text, ":")) return std::nullopt;
  const std::string_view minute = take_digits(text);
  std::string_view second = "0";
  if (take(text, ":")) {
    second = take_digits(text);
    if (take(text, ".") && take_digits(text).empty()) return std::nullopt;
  }
  for (const std::string_view part : {hour, minute, second}) {
    if (part.empty() || part.size() > 2) return std::nullopt;
  }
  if (!text.empty() || number(hour) > 23 || number(minute) > 59 || number(second) > 59) {
    return std::nullopt;
  }
  return Milliseconds{(number(hour) * 60 + number(minute)) * ms_per_minute +
                      number(second) * std::int64_t{1'000}};
}

Words no_time() {
  return {"应为日期或时间，如 2022-03-23 或 2022/3/23 8:00",
          "must be a day or a time, such as 2022-03-23 or 2022/3/23 8:00"};
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
  const auto time = time_of_day(rest);
  if (days.empty() || !time) return std::unexpected(no_time());
  if (days.size() > 1) return std::unexpected(two_days(days[0], days[1]));
  const Instant at = start_of(days.front()) + *time;
  if (is_recordable(at)) return at;  // 1970 begins eight hours later in UTC
  return std::unexpected(
      Words{"应为 1970 年至 9998 年间的时间", "must be a time of the years 1970 to 9998"});
}

}  // namespace doorstep::intake
