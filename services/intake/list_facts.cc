#include "services/intake/list_facts.h"

#include "services/intake/zeros.h"

namespace doorstep::intake {
namespace {

constexpr std::size_t kept_digits = 15;  // of a number in a spreadsheet
constexpr std::size_t counties_max = 8;

FieldProblem several_counties(const std::map<AreaCode, std::uint64_t>& counties) {
  std::string zh;
  std::string en;
  for (const auto& [county, row] : counties) {
    zh += (zh.empty() ? "" : "、") + to_string(county) + "（第 " + std::to_string(row) + " 行起）";
    en += (en.empty() ? "" : ", ") + to_string(county) + " (from row " + std::to_string(row) + ")";
  }
  return {"/rows",
          "severalCounties",
          {"名单中有几个县的区划：" + zh + "。一个记录库只记一个县，尚未定是哪个县；请删去别县的行",
           "the list has areas of several counties: " + en +
               ". One log is one county, and it is not settled which: remove the rows of others"}};
}

FieldProblem other_zeros(std::uint64_t count, const std::string& examples) {
  const std::string number = std::to_string(count);
  return {"/rows",
          "keysWithOtherZeros",
          {number + " 个编号与已登记的编号只差前面的 0（" + examples +
               "）：表格软件可能删掉了前面的 0。请把该列设为文本格式并恢复编号；若确是新编号，请加 "
               "--keys-are-new 重新导入。没有导入任何行",
           number + " keys differ from recorded ones by zeros in front only (" + examples +
               "): a spreadsheet may have dropped them. Format the column as text and restore the "
               "keys, or import with --keys-are-new where they are others. Nothing was imported"}};
}

FieldProblem cut_keys(std::uint64_t count) {
  const std::string number = std::to_string(count);
  return {"/rows",
          "keysCut",
          {"全部 " + number +
               " 个超过 15 位的编号都以 0 结尾：表格软件可能截掉了后面的数字。请把该列设为文本格式"
               "并恢复编号；若编号属实，请加 --keys-are-new 重新导入。没有导入任何行",
           "all " + number +
               " keys of more than 15 digits end in zeros: a spreadsheet may have cut them. Format "
               "the column as text and restore the keys, or import with --keys-are-new where they "
               "are right. Nothing was imported"}};
}

}  // namespace

template <class IsKnown>
void ListFacts::see_key(const std::string& key, IsKnown is_known) {
  if (is_number(key) && key.size() > kept_digits) {
    ++keys_.long_numbers;
    keys_.cut += key.find_first_not_of('0', kept_digits) == std::string::npos;
  }
  const std::string other = known_with_other_zeros(key, is_known);
  if (other.empty()) return;
  ++keys_.like_known;
  if (keys_.examples.size() < examples_max) keys_.examples.push_back(key + " / " + other);
}

void ListFacts::see_county(std::uint64_t number, AreaCode county) {
  if (county.is_known() && counties_.size() < counties_max) counties_.try_emplace(county, number);
}

void ListFacts::see(const ImportRow& row, const Known& known) {
  const auto is_household = [&](const std::string& key) {
    const Household* household = known.household(household_of_key(key));
    return household != nullptr && household->registered;
  };
  const auto is_door = [&](const std::string& key) {
    return known.roster().dwelling(dwelling_of_key(key)) != nullptr;
  };
  std::visit(overloaded{
                 [&](const AreaRow& area) { levels_.insert(level_of(area.code)); },
                 [&](const HouseholdRow& household) {
                   // One key may name both: then it is looked at as either.
                   if (household.kind && household.key == household.dwelling_key) {
                     see_key(household.key, [&](const std::string& key) {
                       return is_household(key) || is_door(key);
                     });
                   } else {
                     if (household.kind) see_key(household.key, is_household);
                     see_key(household.dwelling_key, is_door);
                   }
                 },
                 [&](const WorkerRow& worker) {
                   see_key(worker.key, [&](const std::string& key) {
                     return known.roster().worker(worker_of_key(key)) != nullptr;
                   });
                 },
                 [&](const ResponsibilityRow& responsibility) {
                   see_key(responsibility.key, [&](const std::string& key) {
                     return known.roster().responsibility(responsibility_of_key(key)) != nullptr;
                   });
                 },
             },
             row);
}

std::optional<FieldProblem> ListFacts::objection(const Known& known, ListOptions options) const {
  if (!known.county().is_known() && counties_.size() > 1) return several_counties(counties_);
  if (options.keys_are_new) return std::nullopt;
  if (keys_.like_known > 0) {
    std::string examples;
    for (const std::string& example : keys_.examples) {
      examples += (examples.empty() ? "" : ", ") + example;
    }
    return other_zeros(keys_.like_known, examples);
  }
  if (keys_.cut > 0 && keys_.cut == keys_.long_numbers) return cut_keys(keys_.cut);
  return std::nullopt;
}

}  // namespace doorstep::intake
