// The text names of words.h: lower camel case, as JSON, CSV, metrics and the command line write
// them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "common/domain/area.h"
#include "common/domain/words.h"

namespace doorstep {

template <class Word>
using Names = std::span<const std::pair<Word, std::string_view>>;

// Every word of the list with its name, in the order of MODEL. One overload for each list.
[[nodiscard]] Names<AreaLevel> names(AreaLevel);
[[nodiscard]] Names<DwellingState> names(DwellingState);
[[nodiscard]] Names<HouseholdKind> names(HouseholdKind);
[[nodiscard]] Names<WithdrawalReason> names(WithdrawalReason);
[[nodiscard]] Names<WorkerKind> names(WorkerKind);
[[nodiscard]] Names<ResponsibilityLevel> names(ResponsibilityLevel);
[[nodiscard]] Names<ResponsibilityRole> names(ResponsibilityRole);
[[nodiscard]] Names<ResponsibilityBasis> names(ResponsibilityBasis);
[[nodiscard]] Names<ReleaseReason> names(ReleaseReason);
[[nodiscard]] Names<HolderKind> names(HolderKind);
[[nodiscard]] Names<VisitMode> names(VisitMode);
[[nodiscard]] Names<Disposition> names(Disposition);
[[nodiscard]] Names<Answer> names(Answer);
[[nodiscard]] Names<RetractionReason> names(RetractionReason);
[[nodiscard]] Names<TaskState> names(TaskState);
[[nodiscard]] Names<TaskKind> names(TaskKind);
[[nodiscard]] Names<TaskApproach> names(TaskApproach);
[[nodiscard]] Names<TaskReason> names(TaskReason);
[[nodiscard]] Names<GivenReason> names(GivenReason);
[[nodiscard]] Names<CancellationReason> names(CancellationReason);
[[nodiscard]] Names<Purpose> names(Purpose);
[[nodiscard]] Names<StreamKind> names(StreamKind);
[[nodiscard]] Names<EventType> names(EventType);

// Whether the list has it: a newer writer may know more words.
template <class Word>
[[nodiscard]] bool is_listed(Word word) {
  for (const auto& [known, name] : names(word)) {
    if (known == word) return true;
  }
  return false;
}

// "unknown" for a number outside the list, as a newer writer may have stored.
template <class Word>
[[nodiscard]] std::string_view name_of(Word word) {
  for (const auto& [known, name] : names(word)) {
    if (known == word) return name;
  }
  return "unknown";
}

template <class Word>
[[nodiscard]] std::optional<Word> from_name(std::string_view text) {
  for (const auto& [word, name] : names(Word{})) {
    if (name == text) return word;
  }
  return std::nullopt;
}

// "screened, vacant, …": what an error tells the caller to choose from.
template <class Word>
[[nodiscard]] std::string all_names() {
  std::string list;
  for (const auto& [word, name] : names(Word{})) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace doorstep
