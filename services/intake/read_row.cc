#include "services/intake/read_row.h"

#include "services/intake/cell.h"
#include "services/intake/fields.h"

namespace doorstep::intake {
namespace {

Words words_of(CsvFlaw flaw) {
  switch (flaw) {
    case CsvFlaw::open_quote:
      return {"引号没有配对（或引号内的内容过长），请检查此行",
              "a quote is never closed, or what it holds is too long: check this row"};
    case CsvFlaw::quote_in_field:
    case CsvFlaw::text_after_quote:
      return {"引号位置不对：含引号的内容须整个放在引号内，其中的引号写两次",
              "a quote is out of place: put the whole field in quotes and double those inside"};
    case CsvFlaw::field_too_long:
      return {"有一格内容过长", "a field is too long"};
    case CsvFlaw::too_many_fields:
      return {"此行格数过多", "the row has too many fields"};
    case CsvFlaw::record_too_long:
      return {"此行过长", "the row is too long"};
    case CsvFlaw::none:
      break;
  }
  return {};
}

// What national lists say beside the code must not contradict it. A county's parent is no area of
// ours, but its code begins the county's.
void check_area(Fields& fields, AreaCode code) {
  if (fields.problem()) return;
  if (fields.has("level") && fields.word<AreaLevel>("level") != level_of(code)) {
    fields.refuse("level", "contradiction",
                  {"与区划代码 " + to_string(code) + " 的级别（" + in_chinese(level_of(code)) +
                       "）不符；代码可能被截短",
                   "does not fit the code " + to_string(code) + ", which is a " +
                       std::string{name_of(level_of(code))} + ": was the code cut?"});
  }
  if (!fields.has("parent")) return;
  std::string above = fields.form("parent");
  const bool is_county = level_of(code) == AreaLevel::county;
  if (is_county) above.resize(above.find_last_not_of('0') + 1);
  const bool fits =
      is_county ? to_string(code).starts_with(above) : parse_area(above) == parent(code);
  if (fits) return;
  fields.refuse(
      "parent", "contradiction",
      {"不是区划代码 " + to_string(code) + " 的上级（" + to_string(parent(code)) + "）",
       "is not the area above " + to_string(code) + " (" + to_string(parent(code)) + ")"});
}

ImportRow read_area(Fields& fields) {
  AreaRow row{.code = fields.area("code")};
  if (fields.need("name")) row.name = fields.text("name", Fields::name_bytes_max);
  check_area(fields, row.code);
  return row;
}

// A door where nobody lives has no household, so what belongs to one must be empty.
void check_nobody(Fields& fields) {
  if (fields.has("key") && fields.has("dwelling_key")) {
    fields.refuse("key", "contradiction",
                  {"此行是无人居住的房屋（没有户类型和户籍人数），已有房屋编号；请清空户编号，或补"
                   "上户类型和人数",
                   "the row is a door where nobody lives (without kind and registered) and has a "
                   "dwelling_key: clear the household's key, or fill in kind and persons"});
  }
  for (const char* column : {"usual", "present", "away_in_county", "away_outside"}) {
    if (!fields.has(column) || fields.get(column) == "0") continue;
    fields.refuse(column, "contradiction",
                  {"此行是无人居住的房屋（没有户类型和户籍人数）；请清空此格，或补上户类型和人数",
                   "the row is a door where nobody lives (without kind and registered): clear this "
                   "cell, or fill in kind and persons"});
  }
}

ImportRow read_household(Fields& fields) {
  HouseholdRow row;
  if (fields.has("dwelling_state")) {
    row.dwelling_state = fields.word<DwellingState>("dwelling_state");
  }
  const bool nobody_lives_there = row.dwelling_state &&
                                  row.dwelling_state != DwellingState::in_use &&
                                  !fields.has("kind") && !fields.has("registered");
  row.dwelling_key = fields.key_if_any("dwelling_key");
  if (nobody_lives_there) {
    check_nobody(fields);
    // The household's key stands for the door where that has none of its own.
    if (row.dwelling_key.empty()) row.dwelling_key = fields.key("key");
    row.area = fields.area("area");
    return row;
  }
  row.key = fields.key("key");
  if (row.dwelling_key.empty()) row.dwelling_key = row.key;
  row.area = fields.area("area");
  row.kind = fields.word<HouseholdKind>("kind");
  static_cast<void>(fields.need("registered"));
  static_cast<void>(fields.need("usual"));
  row.persons = {.registered = fields.persons("registered"),
                 .usual = fields.persons("usual"),
                 .present = fields.persons("present"),
                 .away_in_county = fields.persons("away_in_county"),
                 .away_outside = fields.persons("away_outside")};
  row.persons.not_verified = row.persons.usual;  // nobody has been there yet
  return row;
}

ImportRow read_worker(Fields& fields) {
  WorkerRow row{.key = fields.key("key")};
  row.kind = fields.word<WorkerKind>("kind");
  row.home = fields.area("home");
  return row;
}

// Villages and grids are covered as such, households one by one (MODEL, "Who answers").
bool fits(ResponsibilityLevel level, const ResponsibilityRow& row) {
  const bool has_household = !row.household_key.empty();
  switch (level) {
    case ResponsibilityLevel::contact_point:
      return !has_household;
    case ResponsibilityLevel::covers_village:
      return !has_household && level_of(row.area) == AreaLevel::village;
    case ResponsibilityLevel::covers_grid:
      return !has_household && level_of(row.area) >= AreaLevel::grid;
    case ResponsibilityLevel::covers_household:
      return has_household;
    case ResponsibilityLevel::neighbour:
      return true;
  }
  return true;
}

ImportRow read_responsibility(Fields& fields) {
  ResponsibilityRow row{.key = fields.key("key")};
  row.household_key = fields.key_if_any("household_key");
  const bool has_area = fields.has("area");
  if (row.household_key.empty() == !has_area) {
    fields.refuse(has_area ? "area" : "household_key", "contradiction",
                  {"户编号与区划代码须填写且只填写一项",
                   "fill in either household_key or area, not both, not neither"});
  }
  if (has_area) row.area = fields.area("area");
  row.level = fields.word<ResponsibilityLevel>("level");
  if (!fields.problem() && !fits(row.level, row)) {
    fields.refuse("level", "contradiction",
                  {"与所填对象不符（代码末位的 000 "
                   "可能是截短留下的）：包村须填村（社区）代码，包网格须填网格或微网格代码，包户到"
                   "人须填户编号，"
                   "联点须填区划代码",
                   "does not fit what the row is about: coversVillage takes a village's code, "
                   "coversGrid a grid's or micro-grid's, coversHousehold a household_key, "
                   "contactPoint an area"});
  }
  row.role = fields.word<ResponsibilityRole>("role");
  row.worker_key = fields.key("worker_key");
  row.basis = fields.word<ResponsibilityBasis>("basis");
  row.from = fields.time("from");
  return row;
}

ImportRow read(ImportKind kind, Fields& fields) {
  switch (kind) {
    case ImportKind::areas:
      return read_area(fields);
    case ImportKind::households:
      return read_household(fields);
    case ImportKind::workers:
      return read_worker(fields);
    case ImportKind::responsibilities:
      break;
  }
  return read_responsibility(fields);
}

}  // namespace

std::expected<ImportRow, RowProblem> read_row(ImportKind kind, const ColumnPlaces& places,
                                              std::size_t width,
                                              std::span<const std::string> cells) {
  Fields fields{kind, places, cells};
  fields.check(width);
  ImportRow row = read(kind, fields);
  if (fields.problem()) return std::unexpected(*fields.problem());
  return row;
}

RowProblem malformed(CsvFlaw flaw) { return {.code = "malformedRow", .detail = words_of(flaw)}; }

}  // namespace doorstep::intake
