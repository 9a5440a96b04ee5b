#include "common/domain/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace doorstep {
namespace {

template <class Word>
class Names_of : public testing::Test {};
using Words = testing::Types<AreaLevel, DwellingState, HouseholdKind, WithdrawalReason, WorkerKind,
                             ResponsibilityLevel, ResponsibilityRole, ResponsibilityBasis,
                             ReleaseReason, HolderKind, VisitMode, Disposition, Answer,
                             RetractionReason, TaskState, TaskKind, TaskApproach, TaskReason,
                             GivenReason, CancellationReason, Purpose, StreamKind, EventType>;
TYPED_TEST_SUITE(Names_of, Words);

TYPED_TEST(Names_of, each_word_has_one_name_and_reads_back_from_it) {
  std::set<std::string_view> seen;
  for (const auto& [word, name] : names(TypeParam{})) {
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_EQ(name_of(word), name);
    EXPECT_EQ(from_name<TypeParam>(name), word);
  }
  EXPECT_FALSE(seen.empty());
}

// The rows of lists in the documentation; dispositions stand in several, one after the other.
std::vector<std::string> documented_lists() {
  std::ifstream file{DOORSTEP_FORMATS "/event_json.md"};
  std::vector<std::string> lists(1);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| Disposition")) {
      lists.front() += line;
    } else {
      lists.push_back(line);
    }
  }
  return lists;
}

// Whoever reads stored events has the numbers from there. Area levels are not stored: a level
// follows from a code.
TYPED_TEST(Names_of, each_word_stands_in_its_list_of_the_documentation_with_its_number) {
  const auto holds_all = [](const std::string& list) {
    return std::ranges::all_of(names(TypeParam{}), [&list](const auto& entry) {
      const auto& [word, name] = entry;
      const std::string number = std::is_same_v<TypeParam, AreaLevel>
                                     ? std::string{}
                                     : std::to_string(static_cast<unsigned>(word)) + " ";
      return list.contains(" " + number + "`" + std::string{name} + "`");
    });
  };
  EXPECT_TRUE(std::ranges::any_of(documented_lists(), holds_all))
      << all_names<TypeParam>() << ": their numbers are not in docs/formats/event_json.md";
}

TEST(Names, a_number_outside_the_list_is_unknown) {
  EXPECT_EQ(name_of(Disposition{99}), "unknown");
  EXPECT_EQ(from_name<Disposition>("unknown"), std::nullopt);
  EXPECT_EQ(from_name<Disposition>("Screened"), std::nullopt);
}

TEST(Names, an_error_can_list_them_all) { EXPECT_EQ(all_names<HolderKind>(), "worker, unit"); }

}  // namespace
}  // namespace doorstep
