#include "common/json/coverage_json.h"

#include <gtest/gtest.h>

#include "common/json/problem.h"
#include "tests/support/sample_messages.h"

namespace doorstep::json {
namespace {

const AsOf as_of_sample{Position{1234}, test::sample_time, Position{1240}};

wire::AreaView area_with(const Tally& tally) {
  return {.code = *parse_area("431224100"),
          .name = "卢峰镇",
          .children = 41,
          .round = test::sample_id<RoundId>(11),
          .tally = tally};
}

// The example of docs/http-api.md.
TEST(CoverageJson, is_as_the_documentation_has_it) {
  EXPECT_EQ(coverage_json(area_with(test::sample_tally()), as_of_sample),
            R"({"area":"431224100","round":"017fb4a1-2c00-700b-8000-00000000000b","roster":812,)"
            R"("screened":600,"settled":40,"partial":12,)"
            R"("attempted":{"noAnswer":60,"refusedForNow":3,"appointment":5,"notAccessible":2},)"
            R"("untouched":90,"withdrawn":4,"offRoster":2,"progress":0.8892,"coverage":0.7882,)"
            R"("persons":{"usual":2100,"verified":1700,"notYetVerified":400},)"
            R"("settledBy":{"awayAndReached":10,"vacant":20,"registeredOnly":5,"movedAway":2,)"
            R"("screenedWhereTheyLive":2,"demolished":1},)"
            R"("withdrawnBy":{"movedAway":2,"duplicate":1,"notAHousehold":1,"demolished":0,)"
            R"("enteredInError":0},"asOf":1234,"recordedAt":"2022-03-23T07:00:00.000+08:00"})");
}

TEST(CoverageJson, shares_of_an_empty_roster_are_null) {
  const std::string text = coverage_json(area_with({}), {});
  EXPECT_NE(text.find(R"("roster":0)"), std::string::npos);
  EXPECT_NE(text.find(R"("progress":null,"coverage":null)"), std::string::npos);
  EXPECT_NE(text.find(R"("recordedAt":null)"), std::string::npos);
}

TEST(CoverageJson, nearly_all_is_never_written_as_all) {
  Tally tally{.untouched = 1};
  tally.by_disposition[1] = 999'999;
  EXPECT_NE(coverage_json(area_with(tally), {}).find(R"("progress":0.9999,"coverage":0.9999)"),
            std::string::npos);
  tally.untouched = 0;
  EXPECT_NE(coverage_json(area_with(tally), {}).find(R"("progress":1,"coverage":1)"),
            std::string::npos);
}

TEST(CoverageJson, an_area_names_its_level_parent_and_path) {
  Writer to;
  const std::vector<AreaName> path{{*parse_area("431224"), "溆浦县"}};
  write_area(to, area_with({}), path, as_of_sample);
  EXPECT_TRUE(to.take().starts_with(
      R"({"code":"431224100","name":"卢峰镇","level":"township","parent":"431224",)"
      R"("path":[{"code":"431224","name":"溆浦县"}],"children":41,)"
      R"("round":"017fb4a1-2c00-700b-8000-00000000000b","asOf":1234,)"
      R"("recordedAt":"2022-03-23T07:00:00.000+08:00","head":1240,"coverage":{)"));
}

TEST(CoverageJson, an_untouched_household_has_nulls) {
  Writer to;
  write_household(to, {.household = test::sample_id<HouseholdId>(10),
                       .area = test::sample_grid,
                       .kind = HouseholdKind::family,
                       .on_roster = true});
  EXPECT_EQ(to.take(), R"({"id":"017fb4a1-2c00-700a-8000-00000000000a","area":"431224100001001",)"
                       R"("kind":"family","onRoster":true,"withdrawn":null,"answer":"untouched",)"
                       R"("disposition":null,"decidedBy":null,"happenedAt":null,"visits":0,)"
                       R"("persons":{"registered":0,"usual":0,"present":0,"awayInCounty":0,)"
                       R"("awayOutside":0,"notVerified":0},"lead":null})");
}

TEST(CoverageJson, a_visited_household_names_what_decided_it) {
  Writer to;
  write_household(to, test::sample_household_view());
  const std::string text = to.take();
  EXPECT_NE(text.find(R"("answer":"attempted","disposition":"noAnswer","decidedBy":1201,)"),
            std::string::npos);
  EXPECT_NE(text.find(R"("lead":{"kind":"worker","id":"017fb4a1-)"), std::string::npos);
}

TEST(CoverageJson, a_task_says_why_it_waits) {
  Writer to;
  write_task(to, test::sample_task(), Words{"无人负责该户", "no one answers for this household"});
  const std::string text = to.take();
  EXPECT_NE(text.find(R"("approach":"phone","reason":"nobodyHome")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("waitingFor":{"zh":"无人负责该户",)"), std::string::npos);
}

TEST(CoverageJson, a_round_says_whether_it_is_the_current_one) {
  Writer to;
  write_round(to, test::sample_round_view(), true);
  EXPECT_TRUE(to.take().ends_with(R"("open":true,"current":true})"));
}

TEST(ProblemJson, is_as_the_documentation_has_it) {
  const Problem problem =
      invalid_fields({{"/persons/usual",
                       "outOfRange",
                       {"应为 0 到 5000 的整数", "must be a whole number from 0 to 5000"}}});
  EXPECT_EQ(to_json(problem),
            R"({"type":"/problems/invalid-field","status":422,"code":"invalidField",)"
            R"("title":{"zh":"内容有误，未收下","en":"Not accepted: the content is wrong"},)"
            R"("errors":[{"pointer":"/persons/usual","code":"outOfRange",)"
            R"("detail":{"zh":"应为 0 到 5000 的整数",)"
            R"("en":"must be a whole number from 0 to 5000"}}]})");
}

TEST(Writer, escapes_what_json_demands) {
  EXPECT_EQ(Writer{}.value(std::string_view{"\"\\\n\t\r\x01/溆"}).take(),
            "\"\\\"\\\\\\n\\t\\r\\u0001/溆\"");
}

}  // namespace
}  // namespace doorstep::json
