#include "services/intake/read_row.h"

#include <charconv>

namespace doorstep::intake {
namespace {

constexpr std::size_t key_bytes_max = 200;
constexpr std::size_t name_bytes_max = 300;

// One record under its column names. The first problem stays; what is read after it is empty.
class Fields {
 public:
  Fields(ImportKind kind, const ColumnPlaces& places, const CsvRecord& record)
      : columns_{columns_of(kind)}, places_{places}, record_{record} {}

  std::string_view get(std::string_view column) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name != column || !places_[i] || *places_[i] >= record_.fields.size()) {
        continue;
      }
      return trimmed(record_.fields[*places_[i]]);
    }
    return {};
  }
  void refuse(std::string_view column, std::string code, Words detail) {
    if (problem_) return;
    problem_ = RowProblem{std::string{column}, std::move(code), std::string{get(column)},
                          std::move(detail)};
  }
  bool need(std::string_view column) {
    if (!get(column).empty()) return true;
    refuse(column, "missing", {"未填写，请补上", "is empty: fill it in"});
    return false;
  }
  std::string text(std::string_view column, std::size_t bytes_max) {
    const std::string_view value = get(column);
    if (value.size() <= bytes_max) return std::string{value};
    const std::string limit = std::to_string(bytes_max);
    refuse(column, "tooLong",
           {"过长，最多 " + limit + " 字节", "is too long: at most " + limit + " bytes"});
    return {};
  }
  std::string key(std::string_view column) {
    return need(column) ? text(column, key_bytes_max) : std::string{};
  }
  AreaCode area(std::string_view column) {
    if (!need(column)) return {};
    const auto code = parse_area(get(column));
    if (!code) {
      refuse(column, "notAnAreaCode",
             {"应为 6、9、12、15 或 17 位数字；若显示为 4.3E+11，请把该列设为文本格式",
              "must have 6, 9, 12, 15 or 17 digits; where it shows as 4.3E+11, format the column "
              "as text"});
    }
    return code.value_or(AreaCode{});
  }
  template <class Word>
  Word word(std::string_view column) {
    if (!need(column)) return {};
    const auto known = word_from<Word>(get(column));
    if (!known) {
      refuse(column, "notInList",
             {"应为以下之一：" + all_chinese<Word>(), "must be one of: " + all_names<Word>()});
    }
    return known.value_or(Word{});
  }
  // An empty one is 0.
  std::uint16_t persons(std::string_view column) {
    const std::string_view value = get(column);
    std::uint16_t number = 0;
    if (value.empty()) return number;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || number > persons_max) {
      const std::string limit = std::to_string(persons_max);
      refuse(column, "outOfRange",
             {"应为 0 到 " + limit + " 的整数", "must be a whole number from 0 to " + limit});
      return 0;
    }
    return number;
  }
  // A day stands for its start.
  Instant time(std::string_view column) {
    if (!need(column)) return {};
    if (const auto at = parse_instant(get(column))) return *at;
    if (const auto day = parse_day(get(column))) return start_of(*day);
    refuse(column, "notATime",
           {"应为日期或时间，如 2022-03-23", "must be a day or a time, such as 2022-03-23"});
    return {};
  }
  const std::optional<RowProblem>& problem() const { return problem_; }

 private:
  std::span<const Column> columns_;
  const ColumnPlaces& places_;
  const CsvRecord& record_;
  std::optional<RowProblem> problem_{};
};

Words words_of(CsvFlaw flaw) {
  switch (flaw) {
    case CsvFlaw::open_quote:
      return {"引号没有配对，请检查此行", "a quote is never closed: check this row"};
    case CsvFlaw::quote_in_field:
    case CsvFlaw::text_after_quote:
      return {"引号位置不对：含引号的内容须整个放在引号内，其中的引号写两次",
              "a quote is out of place: put the whole field in quotes and double those inside"};
    case CsvFlaw::field_too_long:
      return {"有一格内容过长", "a field is too long"};
    case CsvFlaw::too_many_fields:
      return {"此行格数过多", "the row has too many fields"};
    case CsvFlaw::none:
      break;
  }
  return {};
}

ImportRow read_area(Fields& fields) {
  AreaRow row{.code = fields.area("code")};
  if (fields.need("name")) row.name = fields.text("name", name_bytes_max);
  return row;
}

ImportRow read_household(Fields& fields) {
  HouseholdRow row;
  row.dwelling_state = DwellingState::in_use;
  if (!fields.get("dwelling_state").empty()) {
    row.dwelling_state = fields.word<DwellingState>("dwelling_state");
  }
  const bool nobody_lives_there = row.dwelling_state != DwellingState::in_use &&
                                  fields.get("kind").empty() && fields.get("registered").empty();
  row.dwelling_key = fields.text("dwelling_key", key_bytes_max);
  if (nobody_lives_there && !row.dwelling_key.empty()) {
    row.key = fields.text("key", key_bytes_max);
  } else {
    row.key = fields.key("key");
  }
  if (row.dwelling_key.empty()) row.dwelling_key = row.key;
  row.area = fields.area("area");
  if (nobody_lives_there) return row;
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

ImportRow read_responsibility(Fields& fields) {
  ResponsibilityRow row{.key = fields.key("key")};
  row.household_key = fields.text("household_key", key_bytes_max);
  const bool has_area = !fields.get("area").empty();
  if (row.household_key.empty() == !has_area) {
    fields.refuse(has_area ? "area" : "household_key", "contradiction",
                  {"户编号与区划代码须填写且只填写一项",
                   "fill in either household_key or area, not both, not neither"});
  }
  if (has_area) row.area = fields.area("area");
  row.level = fields.word<ResponsibilityLevel>("level");
  row.role = fields.word<ResponsibilityRole>("role");
  row.worker_key = fields.key("worker_key");
  row.basis = fields.word<ResponsibilityBasis>("basis");
  row.from = fields.time("from");
  return row;
}

}  // namespace

std::expected<ImportRow, RowProblem> read_row(ImportKind kind, const ColumnPlaces& places,
                                              const CsvRecord& record) {
  if (record.flaw != CsvFlaw::none) {
    return std::unexpected(RowProblem{.code = "malformedRow", .detail = words_of(record.flaw)});
  }
  Fields fields{kind, places, record};
  ImportRow row;
  switch (kind) {
    case ImportKind::areas:
      row = read_area(fields);
      break;
    case ImportKind::households:
      row = read_household(fields);
      break;
    case ImportKind::workers:
      row = read_worker(fields);
      break;
    case ImportKind::responsibilities:
      row = read_responsibility(fields);
      break;
  }
  if (fields.problem()) return std::unexpected(*fields.problem());
  return row;
}

}  // namespace doorstep::intake
