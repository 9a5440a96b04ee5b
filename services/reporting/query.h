// The parameters of one request, taken by name: each is parsed strictly, and what nobody took is
// refused.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/area.h"
#include "common/domain/ids.h"
#include "common/domain/names.h"
#include "common/json/problem.h"

namespace doorstep::reporting {

class Query {
 public:
  explicit Query(const std::map<std::string, std::string>& given) : given_{given} {}

  // Each gives the default where the parameter is left out or wrong; the latter is noted as an
  // error.
  template <class Tag>
  [[nodiscard]] Id<Tag> id(const std::string& name);
  [[nodiscard]] AreaCode area(const std::string& name);
  // One or several, separated by commas.
  [[nodiscard]] std::vector<AreaCode> areas(const std::string& name, std::size_t count_max);
  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t from, std::uint64_t to,
                                     std::uint64_t otherwise);
  template <class Word>
  [[nodiscard]] Word word(const std::string& name);
  // As it is; empty where it is left out.
  [[nodiscard]] std::string text(const std::string& name);
  // What the cursor of a page holds beside its edition: an id or a number.
  template <class Tag>
  [[nodiscard]] Id<Tag> cursor_id(const std::string& name);
  [[nodiscard]] std::uint64_t cursor_number(const std::string& name);
  // True where a cursor was given that is of no edition: as earlier programs gave them.
  [[nodiscard]] bool is_cursor_outdated() const { return is_cursor_outdated_; }
  [[nodiscard]] bool has(const std::string& name) const { return given_.contains(name); }

  // Pre-condition: every parameter that may be there was taken. Empty: all is well.
  [[nodiscard]] std::vector<json::FieldProblem> errors();

 private:
  [[nodiscard]] const std::string* take(const std::string& name);
  // nullopt: there is none, or one of no edition.
  [[nodiscard]] std::optional<std::string> take_cursor(const std::string& name);
  void note_cursor(const std::string& name);
  void note(const std::string& name, std::string code, std::string zh, std::string en);

  const std::map<std::string, std::string>& given_;
  std::set<std::string> taken_{};
  std::vector<json::FieldProblem> errors_{};
  bool is_cursor_outdated_{};
};

template <class Tag>
Id<Tag> Query::cursor_id(const std::string& name) {
  const auto text = take_cursor(name);
  if (!text) return {};
  const auto uuid = parse_uuid(*text);
  if (!uuid || uuid->is_nil()) {
    note_cursor(name);
    return {};
  }
  return {*uuid};
}

template <class Tag>
Id<Tag> Query::id(const std::string& name) {
  const std::string* const text = take(name);
  if (!text) return {};
  const auto uuid = parse_uuid(*text);
  if (!uuid || uuid->is_nil()) {
    note(name, "invalidId", "应为 36 个字符的 UUID", "must be a UUID of 36 characters");
    return {};
  }
  return {*uuid};
}

template <class Word>
Word Query::word(const std::string& name) {
  const std::string* const text = take(name);
  if (!text) return {};
  const auto word = from_name<Word>(*text);
  if (!word) {
    const std::string list = all_names<Word>();
    note(name, "unknownWord", "应为其中之一：" + list, "must be one of: " + list);
    return {};
  }
  return *word;
}

}  // namespace doorstep::reporting
