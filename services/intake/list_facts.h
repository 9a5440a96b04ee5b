// What a list as a whole says, before any of its rows lands: some mistakes are only seen from all
// rows together, and would stay in the log. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/domain/field_problem.h"
#include "services/intake/decide_row.h"

namespace doorstep::intake {

class ListFacts {
 public:
  // Of every row of areas, also of those that cannot be read: a wrong row must not settle the
  // county only because the right ones are to be mended first.
  void see_county(std::uint64_t number, AreaCode county);
  // Every row that can be read, in any order.
  void see(const ImportRow& row, const Known& known);
  // Why nothing of the list may land; nullopt: rows are judged one by one.
  [[nodiscard]] std::optional<FieldProblem> objection(const Known& known,
                                                      ListOptions options) const;
  // Those that rows of areas have, the highest first: a parent lands before what is below it.
  [[nodiscard]] const std::set<AreaLevel>& levels() const { return levels_; }

 private:
  static constexpr std::size_t examples_max = 5;

  struct Keys {
    std::uint64_t like_known{};  // are known but for zeros in front
    std::vector<std::string> examples{};
    std::uint64_t long_numbers{};  // of more digits than spreadsheets keep
    std::uint64_t cut{};           // of those: zeros where spreadsheets write zeros
  };

  template <class IsKnown>
  void see_key(const std::string& key, IsKnown is_known);

  std::map<AreaCode, std::uint64_t> counties_{};  // with the first row that has one
  std::set<AreaLevel> levels_{};
  Keys keys_{};
};

}  // namespace doorstep::intake
