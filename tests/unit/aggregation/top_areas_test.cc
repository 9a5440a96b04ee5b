// Where a reader starts who knows no code: the areas without a parent.
#include "services/aggregation/questions.h"
#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {
namespace {

std::vector<AreaCode> tops_of(const Coverage& coverage) {
  const wire::Answer said = answer({.what = wire::AskChildren{}}, coverage, AsOf{});
  std::vector<AreaCode> codes;
  for (const wire::AreaView& area : std::get<wire::Areas>(said.what).areas) {
    codes.push_back(area.code);
  }
  return codes;
}

TEST(TopAreas, the_children_of_no_area_are_those_without_a_parent) {
  constexpr AreaCode other_county{43122300000000000};
  test::FoldSpec<Coverage>{}
      .given(AreaDefined{county, "溆浦县"}, AreaDefined{township, "卢峰镇"})
      .when(AreaDefined{other_county, "辰溪县"})
      .then([&](const Coverage& coverage) {
        EXPECT_EQ(tops_of(coverage), (std::vector{other_county, county}));
      });
}

TEST(TopAreas, a_household_in_a_place_that_nobody_defined_opens_no_county) {
  test::FoldSpec<Coverage>{}
      .given(AreaDefined{county, "溆浦县"})
      .when(living_at(li, AreaCode{99999910000100100}))
      .then([](const Coverage& coverage) { EXPECT_EQ(tops_of(coverage), std::vector{county}); });
}

TEST(TopAreas, of_an_empty_log_there_are_none) { EXPECT_TRUE(tops_of(Coverage{}).empty()); }

}  // namespace
}  // namespace doorstep::aggregation
