#include "services/intake/import_columns.h"

#include <algorithm>

#include "services/intake/cell.h"

namespace doorstep::intake {
namespace {

// The code says level and parent already; national lists have them as columns of their own, which
// must not say something else.
constexpr Column area_columns[] = {{"code", "区划代码", true},
                                   {"name", "名称", true},
                                   {"level", "级别", false},
                                   {"parent", "上级区划", false}};

constexpr Column household_columns[] = {
    {"key", "户编号", true},
    {"dwelling_key", "房屋编号", false},
    {"area", "区划代码", true},
    {"kind", "户类型", true},
    {"dwelling_state", "房屋状态", false},
    {"registered", "户籍人数", true},
    {"usual", "常住人数", true},
    {"present", "在家人数", false},
    {"away_in_county", "县内外出人数", false},
    {"away_outside", "县外外出人数", false},
};

constexpr Column worker_columns[] = {
    {"key", "工作人员编号", true}, {"kind", "类别", true}, {"home", "所在区划", true}};

constexpr Column responsibility_columns[] = {
    {"key", "责任编号", true},   {"household_key", "户编号", false},
    {"area", "区划代码", false}, {"level", "责任层级", true},
    {"role", "责任角色", true},  {"worker_key", "工作人员编号", true},
    {"basis", "依据", true},     {"from", "开始时间", true},
};

// People write "Key" and "Dwelling Key", and break long headings into two lines; spreadsheets keep
// it.
bool is_called(const Column& column, const std::string& form) {
  return form == heading_form(column.zh) || form == heading_form(column.name);
}

std::string list_of(std::span<const Column> columns, bool in_chinese) {
  std::string list;
  for (const Column& column : columns) {
    if (!list.empty()) list += in_chinese ? "、" : ", ";
    list += in_chinese ? column.zh : column.name;
  }
  return list;
}

constexpr std::size_t shown_bytes_max = 60;

std::string quoted(std::string_view name) { return '"' + shortened(name, shown_bytes_max) + '"'; }

const Column* column_called(std::span<const Column> columns, std::string_view heading) {
  if (heading.size() > form_bytes_max) return nullptr;
  const std::string form = heading_form(heading);
  const auto column = std::ranges::find_if(
      columns, [&](const Column& candidate) { return is_called(candidate, form); });
  return column == columns.end() ? nullptr : &*column;
}

// One heading where there should be several: cells are separated by something else than commas.
std::optional<Words> other_separator(std::span<const std::string> header) {
  if (header.size() != 1) return std::nullopt;
  const std::pair<std::string_view, Words> separators[] = {
      {"\t", {"制表符", "tabs"}},
      {";", {"分号", "semicolons"}},
      {"，", {"全角逗号", "full-width commas"}}};
  for (const auto& [separator, name] : separators) {
    if (header[0].find(separator) == std::string::npos) continue;
    return Words{
        "各格之间用的是" + name.zh + "，应为逗号；请在表格软件中另存为 CSV（逗号分隔）",
        "the cells are separated by " + name.en +
            ", not by commas: save it as CSV (comma separated) in the spreadsheet program"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImportKind> parse_import_kind(std::string_view name) {
  if (name == "areas") return ImportKind::areas;
  if (name == "households") return ImportKind::households;
  if (name == "workers") return ImportKind::workers;
  if (name == "responsibilities") return ImportKind::responsibilities;
  return std::nullopt;
}

std::span<const Column> columns_of(ImportKind kind) {
  switch (kind) {
    case ImportKind::areas:
      return area_columns;
    case ImportKind::households:
      return household_columns;
    case ImportKind::workers:
      return worker_columns;
    case ImportKind::responsibilities:
      return responsibility_columns;
  }
  return {};
}

std::size_t columns_named(ImportKind kind, std::span<const std::string> header) {
  return static_cast<std::size_t>(std::ranges::count_if(header, [&](const std::string& heading) {
    return column_called(columns_of(kind), heading) != nullptr;
  }));
}

std::expected<ColumnPlaces, std::vector<FieldProblem>> find_columns(
    ImportKind kind, std::span<const std::string> header) {
  const auto columns = columns_of(kind);
  ColumnPlaces places(columns.size());
  std::vector<FieldProblem> problems;
  const auto add = [&](std::string code, Words detail) {
    problems.push_back({"/header", std::move(code), std::move(detail)});
  };
  if (auto words = other_separator(header)) {
    add("notCommaSeparated", *std::move(words));
    return std::unexpected(std::move(problems));
  }
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string_view name = trimmed(header[i]);
    if (name.empty()) continue;  // spreadsheets leave empty columns; cells below must be empty too
    const Column* const column = column_called(columns, name);
    if (column == nullptr) {
      add("unknownColumn",
          {"没有此列：" + quoted(name) + "；请删除。可用的列：" + list_of(columns, true),
           "no such column: " + quoted(name) +
               "; remove it. The columns are: " + list_of(columns, false)});
      continue;
    }
    auto& place = places[static_cast<std::size_t>(column - columns.data())];
    if (place) {
      add("duplicateColumn", {"此列出现了两次：" + quoted(name) + "；请删除一列",
                              "a column is there twice: " + quoted(name) + "; remove one"});
    }
    place = i;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (places[i] || !columns[i].is_required) continue;
    add("missingColumn",
        {"缺少列：" + quoted(columns[i].zh) + "（" + std::string{columns[i].name} + "）；请补上",
         "a column is missing: " + quoted(columns[i].name) + "; add it"});
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return places;
}

}  // namespace doorstep::intake
