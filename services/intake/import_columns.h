// What each kind of import file has: its columns under their English and Chinese names
// (docs/formats/csv.md).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/field_problem.h"

namespace doorstep::intake {

enum class ImportKind : std::uint8_t { areas = 1, households, workers, responsibilities };

[[nodiscard]] std::optional<ImportKind> parse_import_kind(std::string_view name);

struct Column {
  std::string_view name{};
  std::string_view zh{};
  bool is_required{};
};
[[nodiscard]] std::span<const Column> columns_of(ImportKind kind);

// How many cells of a row name a column of such a list.
[[nodiscard]] std::size_t columns_named(ImportKind kind, std::span<const std::string> header);

// Where each column of columns_of() stands in the file; nullopt: left out. Or what is wrong with
// the header: a column that is missing, there twice, or unknown; or other separators than commas.
using ColumnPlaces = std::vector<std::optional<std::size_t>>;
[[nodiscard]] std::expected<ColumnPlaces, std::vector<FieldProblem>> find_columns(
    ImportKind kind, std::span<const std::string> header);

}  // namespace doorstep::intake
