// The lists of a made-up county as the CSV files that `doorstep … import` takes
// (docs/formats/csv.md). Pure.
#pragma once

#include <string>

#include "clients/cli/field_county.h"

namespace doorstep::cli {

[[nodiscard]] std::string areas_csv(const County& county);  // the grids and micro-grids too
[[nodiscard]] std::string households_csv(const County& county);
[[nodiscard]] std::string workers_csv(const County& county);
[[nodiscard]] std::string responsibilities_csv(const County& county);

}  // namespace doorstep::cli
