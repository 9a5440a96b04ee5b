// What an import did, row by row where something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/intake/encoding.h"
#include "services/intake/import_rows.h"

namespace doorstep::intake {

struct RejectedRow {
  std::uint64_t row{};
  RowProblem problem{};
};

struct ImportReport {
  static constexpr std::size_t errors_max = 5'000;  // explained in full; beyond they are counted

  std::uint64_t rows{};
  std::uint64_t landed{};
  std::uint64_t unchanged{};
  std::uint64_t rejected{};
  Encoding encoding{};                // as which the file was read
  std::size_t title_rows{};           // above the headings, passed over
  std::vector<RejectedRow> errors{};  // by row

  void reject(std::uint64_t row, RowProblem problem) {
    ++rejected;
    if (errors.size() < errors_max) errors.push_back({row, std::move(problem)});
  }
};

}  // namespace doorstep::intake
