// The Chinese of the words that lists use, beside names.h. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/domain/names.h"

namespace doorstep::intake {

[[nodiscard]] Names<AreaLevel> chinese(AreaLevel);
[[nodiscard]] Names<DwellingState> chinese(DwellingState);
[[nodiscard]] Names<HouseholdKind> chinese(HouseholdKind);
[[nodiscard]] Names<WorkerKind> chinese(WorkerKind);
[[nodiscard]] Names<ResponsibilityLevel> chinese(ResponsibilityLevel);
[[nodiscard]] Names<ResponsibilityRole> chinese(ResponsibilityRole);
[[nodiscard]] Names<ResponsibilityBasis> chinese(ResponsibilityBasis);
[[nodiscard]] Names<WithdrawalReason> chinese(WithdrawalReason);

// In either language.
template <class Word>
[[nodiscard]] std::optional<Word> word_from(std::string_view text) {
  for (const auto& [word, name] : chinese(Word{})) {
    if (name == text) return word;
  }
  return from_name<Word>(text);
}
// Its first name there.
template <class Word>
[[nodiscard]] std::string in_chinese(Word word) {
  for (const auto& [known, name] : chinese(word)) {
    if (known == word) return std::string{name};
  }
  return std::string{name_of(word)};
}
template <class Word>
[[nodiscard]] std::string all_chinese() {
  std::string list;
  for (const auto& [word, name] : chinese(Word{})) {
    if (!list.empty()) list += "、";
    list += name;
  }
  return list;
}

}  // namespace doorstep::intake
