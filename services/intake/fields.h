// One record under its column names, for the readers of rows. The first problem stays; what is read
// after it is empty. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "services/intake/import_columns.h"
#include "services/intake/import_rows.h"
#include "services/intake/import_words.h"

namespace doorstep::intake {

class Fields {
 public:
  static constexpr std::size_t name_bytes_max = 300;
  static constexpr std::size_t value_bytes_max = 200;  // of anything but a name
  static constexpr std::size_t shown_bytes_max = 200;  // of a value that is refused

  // What it is given must outlive it.
  Fields(ImportKind kind, const ColumnPlaces& places, std::span<const std::string> cells)
      : columns_{columns_of(kind)}, places_{places}, cells_{cells} {}

  // The row is as wide as the header, there is nothing under an empty heading, and no cell holds
  // what nobody can see.
  void check(std::size_t width);

  // Trimmed.
  [[nodiscard]] std::string_view get(std::string_view column) const;
  [[nodiscard]] bool has(std::string_view column) const { return !get(column).empty(); }
  // In its normal form; empty where something is wrong already.
  [[nodiscard]] std::string form(std::string_view column);
  void refuse(std::string_view column, std::string code, Words detail);
  bool need(std::string_view column);

  std::string text(std::string_view column, std::size_t bytes_max);
  // In its normal form; empty where the cell is.
  std::string key_if_any(std::string_view column);
  std::string key(std::string_view column) { return need(column) ? key_if_any(column) : ""; }
  AreaCode area(std::string_view column);
  template <class Word>
  Word word(std::string_view column);
  // An empty one is 0.
  std::uint16_t persons(std::string_view column);
  Instant time(std::string_view column);

  [[nodiscard]] const std::optional<RowProblem>& problem() const { return problem_; }

 private:
  void check_width(std::size_t width);
  [[nodiscard]] bool is_read(std::size_t place) const;
  [[nodiscard]] std::string_view name_of_place(std::size_t place) const;

  std::span<const Column> columns_;
  const ColumnPlaces& places_;
  std::span<const std::string> cells_;
  std::optional<RowProblem> problem_{};
};

template <class Word>
Word Fields::word(std::string_view column) {
  if (!need(column)) return {};
  const auto known = word_from<Word>(form(column));
  if (!known) {
    refuse(column, "notInList",
           {"应为以下之一：" + all_chinese<Word>(), "must be one of: " + all_names<Word>()});
  }
  return known.value_or(Word{});
}

}  // namespace doorstep::intake
