#include "services/intake/decide_row.h"

#include "common/domain/names.h"
#include "common/hash/sha256.h"
#include "services/intake/decide_household.h"
#include "services/intake/import_words.h"
#include "services/intake/statement.h"
#include "services/intake/zeros.h"

namespace doorstep::intake {
namespace {

bool is_dwelling_only(const HouseholdRow& row) { return !row.kind; }

AppendId append_id(const AreaRow& row) { return {named_id("import area", to_string(row.code))}; }
AppendId append_id(const HouseholdRow& row) {
  return {is_dwelling_only(row) ? named_id("import dwelling", row.dwelling_key)
                                : named_id("import household", row.key)};
}
AppendId append_id(const WorkerRow& row) { return {named_id("import worker", row.key)}; }
AppendId append_id(const ResponsibilityRow& row) {
  return {named_id("import responsibility", row.key)};
}

template <class Row>
Statement statement_of(const Row& row, Instant now) {
  return {.id = EventId{append_id(row).value}, .happened_at = now};
}

RowProblem unknown_area(std::string column, AreaCode code) {
  return {std::move(column),
          "unknownArea",
          to_string(code),
          {"没有此区划代码；请先导入区划", "no such area; import areas first"}};
}

// Where a key is known but for its zeros, importing the other list first would only double it.
RowProblem unknown(const char* column, const char* code, const std::string& key, Words words,
                   const std::string& with_other_zeros) {
  if (!with_other_zeros.empty()) {
    words = {"没有此编号，但有 " + with_other_zeros +
                 "：前面的 0 可能被表格软件删掉；请把该列设为文本格式并改正",
             "no such key, but " + with_other_zeros +
                 " is known: a spreadsheet may have dropped zeros; format the column as text and "
                 "mend it"};
  }
  return {column, code, key, std::move(words)};
}

// What the log has under this key says something else.
RowProblem already_different(const char* column, std::string value, const Words& difference) {
  return {column,
          "idConflict",
          std::move(value),
          {"此编号已登记，但内容不同（" + difference.zh + "）；导入不会修改已登记的内容",
           "this key is recorded with other content (" + difference.en +
               "); an import changes nothing that is recorded"}};
}

// Empty where all pairs are equal, else the first that is not.
struct Compared {
  bool is_equal{};
  Words what{};
};
Words first_difference(std::initializer_list<Compared> pairs) {
  for (const Compared& pair : pairs) {
    if (!pair.is_equal) return pair.what;
  }
  return {};
}

RowDecision compare(const char* column, std::string value, const Words& difference) {
  if (difference == Words{}) return Unchanged{};
  return already_different(column, std::move(value), difference);
}

// What the row says of a door that the log knows; a row that does not speak of its state agrees.
Words difference_of_door(const HouseholdRow& row, const Dwelling& recorded) {
  // Nobody moves into a door that is gone without anybody saying that it is there again.
  const bool agrees = row.dwelling_state ? recorded.state == *row.dwelling_state
                                         : recorded.state != DwellingState::demolished;
  return first_difference(
      {{agrees, {"房屋状态", "dwelling_state"}}, {recorded.area == row.area, {"区划", "area"}}});
}

DwellingState state_of(const HouseholdRow& row) {
  return row.dwelling_state.value_or(DwellingState::in_use);
}

RowDecision decide_dwelling(const HouseholdRow& row, const Known& known, Instant now) {
  const DwellingId id = dwelling_of_key(row.dwelling_key);
  if (const Dwelling* recorded = known.roster().dwelling(id)) {
    return compare("dwelling_key", row.dwelling_key, difference_of_door(row, *recorded));
  }
  return Landed{append_id(row),
                {event_of(statement_of(row, now), stream_of(id), row.area, Purpose::roster,
                          DwellingRegistered{.dwelling = id, .state = state_of(row)})}};
}

RowProblem withdrawn(const char* column, const std::string& key, WithdrawalReason reason) {
  const std::string why{name_of(reason)};
  const std::string why_zh = in_chinese(reason);
  return {
      column,
      "withdrawn",
      key,
      {"此户已核减（" + why_zh +
           "）。若名单属实、此户已返回，请用 doorstep household import FILE --returned 重新登记",
       "this household was withdrawn (" + why +
           "); where the list is right and it is back, doorstep household import FILE "
           "--returned registers it again"}};
}

RowDecision decide_registered(const HouseholdRow& row, const Household& recorded) {
  return compare("key", row.key,
                 first_difference({{recorded.kind == *row.kind, {"户类型", "kind"}},
                                   {recorded.persons == row.persons, {"人数", "persons"}},
                                   {recorded.area == row.area, {"区划", "area"}},
                                   {recorded.dwelling == dwelling_of_key(row.dwelling_key),
                                    {"房屋", "dwelling"}}}));
}

std::optional<RowProblem> too_many_placed(const PersonCounts& persons) {
  const unsigned placed =
      unsigned{persons.present} + unsigned{persons.away_in_county} + unsigned{persons.away_outside};
  if (placed <= unsigned{persons.registered} + unsigned{persons.usual}) return std::nullopt;
  return RowProblem{"present",
                    "contradiction",
                    std::to_string(persons.present),
                    {"在家与外出人数之和不能多于户籍与常住人数之和",
                     "present and away together must not be more than registered and usual"}};
}

RowProblem released(const ResponsibilityRow& row) {
  return {"key",
          "released",
          row.key,
          {"此项责任已解除；若重新负责，请用新的责任编号登记",
           "this responsibility was released: where it is taken again, give it a new key"}};
}

// Under the key's own id; a household that is back under one of this instant, since its own was
// used.
Landed register_household(const HouseholdRow& row, bool is_back, bool door_is_new, Instant now) {
  const HouseholdId household = household_of_key(row.key);
  const AppendId id =
      is_back ? AppendId{derived_id(now, "household returned", household.value)} : append_id(row);
  const RegisterHousehold registration{.id = EventId{id.value},
                                       .household = household,
                                       .dwelling = dwelling_of_key(row.dwelling_key),
                                       .kind = *row.kind,
                                       .area = row.area,
                                       .persons = row.persons,
                                       .happened_at = now};
  return {id, events_of(registration, door_is_new, state_of(row))};
}

}  // namespace

HouseholdId household_of_key(std::string_view key) { return {named_id("household", key)}; }
DwellingId dwelling_of_key(std::string_view key) { return {named_id("dwelling", key)}; }
WorkerId worker_of_key(std::string_view key) { return {named_id("worker", key)}; }
ResponsibilityId responsibility_of_key(std::string_view key) {
  return {named_id("responsibility", key)};
}

std::vector<Subject> subjects_of(const ImportRow& row) {
  return std::visit(
      overloaded{
          [](const AreaRow& area) {
            return std::vector{Subject{"code", named_id("area", to_string(area.code))}};
          },
          [](const HouseholdRow& household) {
            std::vector subjects{
                Subject{"dwelling_key", dwelling_of_key(household.dwelling_key).value}};
            if (!is_dwelling_only(household)) {
              subjects.push_back({"key", household_of_key(household.key).value});
            }
            return subjects;
          },
          [](const WorkerRow& worker) {
            return std::vector{Subject{"key", worker_of_key(worker.key).value}};
          },
          [](const ResponsibilityRow& responsibility) {
            return std::vector{Subject{"key", responsibility_of_key(responsibility.key).value}};
          },
      },
      row);
}

RowDecision decide(const AreaRow& row, const Known& known, ListOptions, Instant now) {
  if (const Area* recorded = known.roster().area(row.code)) {
    return compare("name", row.name,
                   first_difference({{recorded->name == row.name, {"名称", "name"}}}));
  }
  const AreaCode county = known.county();
  if (county.is_known() && !contains(county, row.code)) {
    return RowProblem{"code",
                      "otherCounty",
                      to_string(row.code),
                      {"不属于本县（" + to_string(county) + "）",
                       "is not in this county (" + to_string(county) + ")"}};
  }
  const AreaCode above = parent(row.code);
  if (above.is_known() && known.roster().area(above) == nullptr) {
    return RowProblem{
        "code",
        "unknownParent",
        to_string(row.code),
        {"没有上级区划 " + to_string(above) + "（或它所在的行未被接受）；请先导入或改正该行",
         "the area above, " + to_string(above) +
             ", is not recorded, or its row was rejected: import or mend it first"}};
  }
  return Landed{append_id(row),
                {event_of(statement_of(row, now), stream_of(row.code), row.code, Purpose::roster,
                          AreaDefined{.code = row.code, .name = row.name})}};
}

RowDecision decide(const HouseholdRow& row, const Known& known, ListOptions options, Instant now) {
  if (known.roster().area(row.area) == nullptr) return unknown_area("area", row.area);
  if (level_of(row.area) < AreaLevel::village) {
    return RowProblem{"area",
                      "areaTooLarge",
                      to_string(row.area),
                      {"应为村、网格或微网格的代码；末位的 000 可能是表格软件截短留下的",
                       "must be a village, grid or micro-grid; a spreadsheet may have left the "
                       "zeros at its end"}};
  }
  if (is_dwelling_only(row)) return decide_dwelling(row, known, now);
  const Household* recorded = known.household(household_of_key(row.key));
  const bool is_registered = recorded != nullptr && recorded->registered;
  const bool is_withdrawn = is_registered && recorded->withdrawn;
  if (is_withdrawn && !options.returned) return withdrawn("key", row.key, *recorded->withdrawn);
  const DwellingId dwelling = dwelling_of_key(row.dwelling_key);
  const Dwelling* door = known.roster().dwelling(dwelling);
  if (is_registered && !is_withdrawn) {
    const RowDecision decision = decide_registered(row, *recorded);
    if (!std::holds_alternative<Unchanged>(decision)) return decision;
  }
  if (door != nullptr) {
    const RowDecision decision =
        compare("dwelling_key", row.dwelling_key, difference_of_door(row, *door));
    if (!std::holds_alternative<Unchanged>(decision)) return decision;
  }
  if (is_registered && !is_withdrawn) return Unchanged{};
  if (auto problem = too_many_placed(row.persons)) return *std::move(problem);
  return register_household(row, is_withdrawn, door == nullptr, now);
}

RowDecision decide(const WorkerRow& row, const Known& known, ListOptions, Instant now) {
  if (known.roster().area(row.home) == nullptr) return unknown_area("home", row.home);
  const WorkerId id = worker_of_key(row.key);
  if (const Worker* recorded = known.roster().worker(id)) {
    return compare("key", row.key,
                   first_difference({{recorded->kind == row.kind, {"类别", "kind"}},
                                     {recorded->home == row.home, {"所在区划", "home"}}}));
  }
  return Landed{append_id(row),
                {event_of(statement_of(row, now), stream_of(id), row.home, Purpose::duty,
                          WorkerRegistered{.worker = id, .kind = row.kind, .home = row.home})}};
}

RowDecision decide(const ResponsibilityRow& row, const Known& known, ListOptions, Instant now) {
  const ResponsibilityId id = responsibility_of_key(row.key);
  const WorkerId worker = worker_of_key(row.worker_key);
  if (known.roster().worker(worker) == nullptr) {
    return unknown("worker_key", "unknownWorker", row.worker_key,
                   {"没有此工作人员；请先导入工作人员", "no such worker; import workers first"},
                   known_with_other_zeros(row.worker_key, [&](const std::string& key) {
                     return known.roster().worker(worker_of_key(key)) != nullptr;
                   }));
  }
  HouseholdId household;
  AreaCode area = row.area;
  if (!row.household_key.empty()) {
    household = household_of_key(row.household_key);
    const Household* recorded = known.household(household);
    if (recorded == nullptr || !recorded->registered) {
      return unknown("household_key", "unknownHousehold", row.household_key,
                     {"没有此户；请先导入户", "no such household; import households first"},
                     known_with_other_zeros(row.household_key, [&](const std::string& key) {
                       const Household* other = known.household(household_of_key(key));
                       return other != nullptr && other->registered;
                     }));
    }
    if (recorded->withdrawn)
      return withdrawn("household_key", row.household_key, *recorded->withdrawn);
    area = recorded->area;
  } else if (known.roster().area(row.area) == nullptr) {
    return unknown_area("area", row.area);
  }
  const Holder holder{HolderKind::worker, worker.value};
  if (const Responsibility* held = known.roster().responsibility(id)) {
    if (held->released) return released(row);
    const bool same_subject =
        held->household == household && (!household.is_nil() || held->area == area);
    return compare("key", row.key,
                   first_difference({{same_subject, {"户或区划", "household or area"}},
                                     {held->holder == holder, {"工作人员", "worker"}},
                                     {held->level == row.level, {"责任层级", "level"}},
                                     {held->role == row.role, {"责任角色", "role"}},
                                     {held->basis == row.basis, {"依据", "basis"}},
                                     {held->from == row.from, {"开始时间", "from"}}}));
  }
  const StreamId stream = household.is_nil() ? stream_of(area) : stream_of(household);
  return Landed{append_id(row),
                {event_of(statement_of(row, now), stream, area, Purpose::organisation,
                          ResponsibilityTaken{.responsibility = id,
                                              .household = household,
                                              .level = row.level,
                                              .role = row.role,
                                              .holder = holder,
                                              .from = row.from,
                                              .basis = row.basis})}};
}

}  // namespace doorstep::intake
