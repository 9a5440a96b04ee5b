// The rows of import files as values, and what can be wrong with one.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "common/domain/event.h"
#include "common/domain/field_problem.h"

namespace doorstep::intake {

struct AreaRow {
  AreaCode code{};
  std::string name{};
  bool operator==(const AreaRow&) const = default;
};

// Without a kind: a dwelling where nobody lives. Keys here and below are in their normal form.
struct HouseholdRow {
  std::string key{};
  std::string dwelling_key{};
  AreaCode area{};
  std::optional<HouseholdKind> kind{};
  std::optional<DwellingState> dwelling_state{};  // nullopt: the row does not say
  PersonCounts persons{};
  bool operator==(const HouseholdRow&) const = default;
};

struct WorkerRow {
  std::string key{};
  WorkerKind kind{};
  AreaCode home{};
  bool operator==(const WorkerRow&) const = default;
};

// About the household where its key is given, else about the area.
struct ResponsibilityRow {
  std::string key{};
  std::string household_key{};
  AreaCode area{};
  ResponsibilityLevel level{};
  ResponsibilityRole role{};
  std::string worker_key{};
  ResponsibilityBasis basis{};
  Instant from{};
  bool operator==(const ResponsibilityRow&) const = default;
};

using ImportRow = std::variant<AreaRow, HouseholdRow, WorkerRow, ResponsibilityRow>;

struct RowProblem {
  std::string column{};  // empty: the row as a whole
  std::string code{};
  std::string value{};  // as it stands in the file
  Words detail{};
};

}  // namespace doorstep::intake
