// Reads one CSV record as a row of its kind. Stops at the first problem: one explanation a row is
// what a person mends.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "services/intake/csv_reader.h"
#include "services/intake/import_columns.h"
#include "services/intake/import_rows.h"

namespace doorstep::intake {

[[nodiscard]] std::expected<ImportRow, RowProblem> read_row(ImportKind kind,
                                                            const ColumnPlaces& places,
                                                            const CsvRecord& record);

}  // namespace doorstep::intake
