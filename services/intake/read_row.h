// Reads the cells of one record, decoded, as a row of its kind. Pure. Stops at the first problem:
// one explanation a row is what a person mends. Every cell is read or refused: a value that nobody
// looks at is a value that stands in the wrong column.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "services/intake/csv_reader.h"
#include "services/intake/import_columns.h"
#include "services/intake/import_rows.h"

namespace doorstep::intake {

// `places` are of a header with `width` cells.
[[nodiscard]] std::expected<ImportRow, RowProblem> read_row(ImportKind kind,
                                                            const ColumnPlaces& places,
                                                            std::size_t width,
                                                            std::span<const std::string> cells);

// What is wrong with a record that is no CSV. Pre-condition: it has a flaw.
[[nodiscard]] RowProblem malformed(CsvFlaw flaw);

}  // namespace doorstep::intake
