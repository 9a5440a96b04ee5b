#include "common/domain/names.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>

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

// Whoever reads stored events has the numbers from there.
TYPED_TEST(Names_of, each_word_stands_in_the_documentation_with_its_number) {
  if constexpr (!std::is_same_v<TypeParam, AreaLevel>) {
    std::ifstream file{DOORSTEP_FORMATS "/event_json.md"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (const auto& [word, name] : names(TypeParam{})) {
      const std::string entry =
          " " + std::to_string(static_cast<unsigned>(word)) + " `" + std::string{name} + "`";
      EXPECT_NE(text.find(entry), std::string::npos) << entry;
    }
  }
}

TEST(Names, a_number_outside_the_list_is_unknown) {
  EXPECT_EQ(name_of(Disposition{99}), "unknown");
  EXPECT_EQ(from_name<Disposition>("unknown"), std::nullopt);
  EXPECT_EQ(from_name<Disposition>("Screened"), std::nullopt);
}

TEST(Names, an_error_can_list_them_all) { EXPECT_EQ(all_names<HolderKind>(), "worker, unit"); }

}  // namespace
}  // namespace doorstep
