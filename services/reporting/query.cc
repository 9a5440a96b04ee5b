#include "services/reporting/query.h"

#include <algorithm>
#include <utility>

#include "services/reporting/edition.h"

namespace doorstep::reporting {
namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

const std::string* Query::take(const std::string& name) {
  taken_.insert(name);
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

void Query::note(const std::string& name, std::string code, std::string zh, std::string en) {
  errors_.push_back({.pointer = "?" + name,
                     .code = std::move(code),
                     .detail = {.zh = std::move(zh), .en = std::move(en)}});
}

AreaCode Query::area(const std::string& name) {
  const std::string* const text = take(name);
  if (!text) return {};
  const auto code = parse_area(*text);
  if (!code) {
    note(name, "invalidAreaCode", "应为 6、9、12、15 或 17 位区划代码",
         "must be an area code of 6, 9, 12, 15 or 17 digits");
  }
  return code.value_or(AreaCode{});
}

std::vector<AreaCode> Query::areas(const std::string& name, std::size_t count_max) {
  const std::string* const text = take(name);
  if (!text) return {};
  std::vector<AreaCode> codes;
  for (const std::string_view part : split(*text)) {
    const auto code = parse_area(part);
    if (!code) {
      note(name, "invalidAreaCode", "应为 6、9、12、15 或 17 位区划代码，用逗号分隔",
           "must be area codes of 6, 9, 12, 15 or 17 digits, separated by commas");
      return {};
    }
    codes.push_back(*code);
  }
  std::ranges::sort(codes);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  if (codes.size() > count_max) {
    const std::string most = std::to_string(count_max);
    note(name, "tooMany", "最多 " + most + " 个区划", "at most " + most + " areas");
    return {};
  }
  return codes;
}

std::string Query::text(const std::string& name) {
  const std::string* const text = take(name);
  return text ? *text : std::string{};
}

std::optional<std::string> Query::take_cursor(const std::string& name) {
  const std::string* const text = take(name);
  if (!text) return std::nullopt;
  Place place = parse_place(*text);
  if (place.edition.empty()) {
    is_cursor_outdated_ = true;
    return std::nullopt;
  }
  return std::move(place.value);
}

std::uint64_t Query::cursor_number(const std::string& name) {
  const auto text = take_cursor(name);
  if (!text) return 0;
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end) return value;
  note_cursor(name);
  return 0;
}

void Query::note_cursor(const std::string& name) {
  note(name, "invalidCursor", "应为上一页给出的 next", "must be the `next` of the page before");
}

std::uint64_t Query::number(const std::string& name, std::uint64_t from, std::uint64_t to,
                            std::uint64_t otherwise) {
  const std::string* const text = take(name);
  if (!text) return otherwise;
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec == std::errc{} && parsed.ptr == end && value >= from && value <= to) return value;
  const std::string range = std::to_string(from) + " 到 " + std::to_string(to);
  note(name, "outOfRange", "应为 " + range + " 的整数",
       "must be a whole number from " + std::to_string(from) + " to " + std::to_string(to));
  return otherwise;
}

std::vector<json::FieldProblem> Query::errors() {
  std::string known;
  for (const std::string& name : taken_) known += (known.empty() ? "" : ", ") + name;
  for (const auto& [name, value] : given_) {
    if (taken_.contains(name)) continue;
    note(name, "unknownParameter",
         known.empty() ? "此地址不带参数，请去掉" : "没有这个参数；可用：" + known,
         known.empty() ? "this address takes no parameters; leave it out"
                       : "no such parameter; there are: " + known);
  }
  return std::move(errors_);
}

}  // namespace doorstep::reporting
