// What becomes of one row of an import file: it lands, it is there already, or it is refused in
// words. Pure. A row is judged by what the log has, never by what a file says elsewhere. Ids follow
// from the file's own keys, so that a second run finds what the first one landed; the keys
// themselves are never stored.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "services/intake/import_rows.h"
#include "services/intake/known.h"

namespace doorstep::intake {

// What whoever sent the list has decided about all of it.
struct ListOptions {
  bool returned{};      // withdrawn households that it names are back: they are registered again
  bool keys_are_new{};  // keys that differ from known ones by leading zeros only are others
};

struct Landed {
  AppendId append_id{};
  std::vector<Event> events{};  // text points into the row
};
struct Unchanged {};

using RowDecision = std::variant<Landed, Unchanged, RowProblem>;

[[nodiscard]] RowDecision decide(const AreaRow& row, const Known& known, ListOptions options,
                                 Instant now);
[[nodiscard]] RowDecision decide(const HouseholdRow& row, const Known& known, ListOptions options,
                                 Instant now);
[[nodiscard]] RowDecision decide(const WorkerRow& row, const Known& known, ListOptions options,
                                 Instant now);
[[nodiscard]] RowDecision decide(const ResponsibilityRow& row, const Known& known,
                                 ListOptions options, Instant now);

// The id that a key stands for: what clients use to name an imported household in a visit.
[[nodiscard]] HouseholdId household_of_key(std::string_view key);
[[nodiscard]] DwellingId dwelling_of_key(std::string_view key);
[[nodiscard]] WorkerId worker_of_key(std::string_view key);
[[nodiscard]] ResponsibilityId responsibility_of_key(std::string_view key);

// Whom or what a row states something about, under which column: rows about one subject are decided
// one after the other.
struct Subject {
  std::string_view column{};
  Uuid id{};
};
[[nodiscard]] std::vector<Subject> subjects_of(const ImportRow& row);

}  // namespace doorstep::intake
