#include "services/intake/fields.h"

#include <algorithm>
#include <charconv>

#include "services/intake/cell.h"
#include "services/intake/list_time.h"

namespace doorstep::intake {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// 4.31224E+11: what a spreadsheet makes of a long number in a column that is not text.
bool is_power_of_ten(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  if (mark == std::string_view::npos || mark == 0 || text.size() < mark + 2) return false;
  std::string_view exponent = text.substr(mark + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  const std::string_view whole = text.substr(0, std::min(text.find('.'), mark));
  const std::string_view rest = text.substr(whole.size(), mark - whole.size());
  return is_number(exponent) && is_number(whole) && (rest.empty() || is_number(rest.substr(1)));
}

Words format_as_text(std::string_view shown) {
  return {"表格软件把编号变成了 " + std::string{shown} + "；请把该列设为文本格式，重新填写完整编号",
          "a spreadsheet has turned the number into " + std::string{shown} +
              ": format the column as text and write the whole number again"};
}

Words not_a_code() {
  return {
      "应为 6、9、12、15 或 17 位数字；若显示为 4.3E+11，请把该列设为文本格式",
      "must have 6, 9, 12, 15 or 17 digits; where it shows as 4.3E+11, format the column as text"};
}

// Spreadsheets keep 15 digits of a number and write zeros for the others.
Words maybe_cut(AreaCode code, std::size_t digits) {
  const std::string shorter = to_string(code);
  return {std::to_string(digits) + " 位且末位为 0：表格软件可能截掉了后面的数字。若指 " + shorter +
              "，请写 " + std::to_string(shorter.size()) + " 位代码 " + shorter +
              "；否则请把该列设为文本格式，重新填写完整代码",
          "has " + std::to_string(digits) +
              " digits and ends in zeros: a spreadsheet may have cut it. Where " + shorter +
              " is meant, write these " + std::to_string(shorter.size()) +
              " digits; else format the column as text and write the whole code again"};
}

// A code has one spelling in lists: beyond the national form (12 digits with zeros to the right)
// zeros at the end are what is left of digits that are gone.
bool may_be_cut(AreaCode code, std::size_t digits) {
  return digits > 12 && to_string(code).size() < digits;
}

}  // namespace

void Fields::check(std::size_t width) {
  check_width(width);
  for (std::size_t place = 0; place < cells_.size(); ++place) {
    const std::string_view value = trimmed(cells_[place]);
    if (value.empty()) continue;
    if (!is_read(place) && !problem_) {
      // Not shown: nobody knows what it is, it may be a name or a phone number.
      problem_ = RowProblem{
          .code = "cellWithoutHeading",
          .detail = {
              "第 " + std::to_string(place + 1) + " 格有内容，但该列没有标题；请删除该列或补上标题",
              "cell " + std::to_string(place + 1) +
                  " has content and its column no heading: remove the column, or name it"}};
    }
    if (const auto letter = invisible_letter_in(value); letter && !problem_) {
      problem_ =
          RowProblem{std::string{name_of_place(place)},
                     "invisibleLetter",
                     shortened(value, shown_bytes_max),
                     {"含有看不见的字符（" + *letter + "，如换行、零宽空格）；请删除后重新填写此格",
                      "holds a letter that cannot be seen (" + *letter +
                          ", such as a line break or a zero width space): remove it and write the "
                          "cell again"}};
    }
  }
}

void Fields::check_width(std::size_t width) {
  if (cells_.size() == width) return;
  const std::string given = std::to_string(cells_.size());
  const std::string wanted = std::to_string(width);
  const bool is_wide = cells_.size() > width;
  problem_ = RowProblem{
      .code = is_wide ? "tooManyCells" : "tooFewCells",
      .detail = {
          "此行有 " + given + " 格，标题行有 " + wanted + " 格；" +
              (is_wide ? "数字中的千位逗号须去掉，含逗号的内容须放在引号内" : "请补齐逗号"),
          "the row has " + given + " cells and the header " + wanted + ": " +
              (is_wide ? "write numbers without commas, and put content with commas in quotes"
                       : "add the commas that are missing")}};
}

bool Fields::is_read(std::size_t place) const {
  return std::ranges::find(places_, std::optional{place}) != places_.end();
}

std::string_view Fields::name_of_place(std::size_t place) const {
  const auto at = std::ranges::find(places_, std::optional{place});
  if (at == places_.end()) return {};
  return columns_[static_cast<std::size_t>(at - places_.begin())].name;
}

std::string_view Fields::get(std::string_view column) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == column && places_[i] && *places_[i] < cells_.size()) {
      return trimmed(cells_[*places_[i]]);
    }
  }
  return {};
}

void Fields::refuse(std::string_view column, std::string code, Words detail) {
  if (problem_) return;
  problem_ = RowProblem{std::string{column}, std::move(code),
                        shortened(get(column), shown_bytes_max), std::move(detail)};
}

std::string Fields::form(std::string_view column) {
  const std::string value = text(column, value_bytes_max);
  return problem_ ? std::string{} : normal_form(value);
}

bool Fields::need(std::string_view column) {
  if (has(column)) return true;
  refuse(column, "missing", {"未填写，请补上", "is empty: fill it in"});
  return false;
}

std::string Fields::text(std::string_view column, std::size_t bytes_max) {
  const std::string_view value = get(column);
  if (value.size() <= bytes_max) return std::string{value};
  const std::string limit = std::to_string(bytes_max);
  refuse(column, "tooLong",
         {"过长，最多 " + limit + " 字节", "is too long: at most " + limit + " bytes"});
  return {};
}

std::string Fields::key_if_any(std::string_view column) {
  std::string form = this->form(column);
  // Without the sign it may be a door: building 2, entrance E, room 101.
  if (form.find('+') == std::string::npos || !is_power_of_ten(form)) return form;
  refuse(column, "notAKey", format_as_text(get(column)));
  return {};
}

AreaCode Fields::area(std::string_view column) {
  if (!need(column)) return {};
  const std::string form = this->form(column);
  const auto code = parse_area(form);
  if (!code) {
    refuse(column, "notAnAreaCode",
           is_power_of_ten(form) ? format_as_text(get(column)) : not_a_code());
  } else if (may_be_cut(*code, form.size())) {
    refuse(column, "maybeCut", maybe_cut(*code, form.size()));
  }
  return code.value_or(AreaCode{});
}

std::uint16_t Fields::persons(std::string_view column) {
  const std::string form = this->form(column);
  std::uint16_t number = 0;
  if (form.empty()) return number;
  const char* const end_of_text = form.data() + form.size();
  const auto [end, error] = std::from_chars(form.data(), end_of_text, number);
  if (error == std::errc{} && end == end_of_text && number <= persons_max) return number;
  const std::string limit = std::to_string(persons_max);
  refuse(column, "outOfRange",
         {"应为 0 到 " + limit + " 的整数", "must be a whole number from 0 to " + limit});
  return 0;
}

Instant Fields::time(std::string_view column) {
  if (!need(column)) return {};
  auto at = time_in_list(form(column));
  if (at) return *at;
  refuse(column, "notATime", std::move(at.error()));
  return {};
}

}  // namespace doorstep::intake
