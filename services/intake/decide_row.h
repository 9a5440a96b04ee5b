// What becomes of one row of an import file: it lands, it is there already, or it is refused in
// words. Pure. Ids follow from the file's own keys, so that a second run finds what the first one
// landed; the keys themselves are never stored.
#pragma once

#include <set>
#include <unordered_set>
#include <variant>
#include <vector>

#include "services/intake/import_rows.h"
#include "services/intake/known.h"

namespace doorstep::intake {

// What the same file has said before this row, and which areas it defines anywhere.
struct FileSoFar {
  AreaCode county{};  // of its first area: one log is one county
  std::set<AreaCode> areas{};
  std::unordered_set<DwellingId> dwellings{};
};

struct Landed {
  AppendId append_id{};
  std::vector<Event> events{};  // text points into the row
};
struct Unchanged {};

using RowDecision = std::variant<Landed, Unchanged, RowProblem>;

[[nodiscard]] RowDecision decide(const AreaRow& row, const Known& known, const FileSoFar& file,
                                 Instant now);
[[nodiscard]] RowDecision decide(const HouseholdRow& row, const Known& known, const FileSoFar& file,
                                 Instant now);
[[nodiscard]] RowDecision decide(const WorkerRow& row, const Known& known, const FileSoFar& file,
                                 Instant now);
[[nodiscard]] RowDecision decide(const ResponsibilityRow& row, const Known& known,
                                 const FileSoFar& file, Instant now);

// The id that a key stands for: what clients use to name an imported household in a visit.
[[nodiscard]] HouseholdId household_of_key(std::string_view key);
[[nodiscard]] DwellingId dwelling_of_key(std::string_view key);
[[nodiscard]] WorkerId worker_of_key(std::string_view key);

// Under which id the row's request is appended, and so what makes two rows the same row.
[[nodiscard]] AppendId append_id_of(const ImportRow& row);

}  // namespace doorstep::intake
