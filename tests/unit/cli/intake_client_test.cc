// What intake says arrives at the command line, whatever somebody else's words are in it.
#include "clients/cli/intake_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/problem.h"

namespace doorstep::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string words_of(const json::Problem& problem) {
  return error_of_problem(problem.status, json::to_json(problem)).message;
}

TEST(IntakeClient, an_explanation_that_quotes_odd_letters_arrives_on_one_line) {
  const std::string words = words_of(
      json::invalid_fields({{"/heading",
                             "unknownColumn",
                             {"没有“\t户\n主\x1b[2J”这一列", "no column \"\t\u200bhead\""}}}));
  EXPECT_THAT(words, EndsWith("\n  /heading: no column \"\\t\\u200bhead\" / "
                              "没有“\\t户\\n主\\u001b[2J”这一列"));
}

TEST(IntakeClient, a_long_explanation_arrives_whole) {
  std::string names(9'000, 'n');
  names += "last";
  EXPECT_THAT(words_of(json::conflict({names, names})), HasSubstr("last / n"));
}

TEST(IntakeClient, many_explanations_are_told_and_counted) {
  std::vector<FieldProblem> problems(2'500, {"/x", "unknownField", {"没有此项", "no such field"}});
  EXPECT_THAT(words_of(json::invalid_fields(problems)),
              testing::AllOf(HasSubstr("\n  /x: no such field / 没有此项"),
                             EndsWith("\n  … and 2400 more")));
}

TEST(IntakeClient, what_is_no_answer_of_intake_is_shown_as_it_came) {
  const Error error = error_of_problem(502, "<h1>\x1b[31mBad\xff gateway</h1>\n");
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.message, "intake answered 502: <h1>\\u001b[31mBad\\xff gateway</h1>\\n");
  EXPECT_EQ(error_of_problem(500, "").message, "intake answered 500");
}

TEST(IntakeClient, an_acknowledgement_says_whether_it_is_a_duplicate) {
  const auto first = read_acknowledgement(R"({"id":"a","position":7,"duplicate":false})");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->duplicate);
  EXPECT_EQ(first->position, Position{7});
  EXPECT_TRUE(read_acknowledgement(R"({"id":"a","position":7, "duplicate" : true})")->duplicate);
  EXPECT_FALSE(read_acknowledgement(R"({"id":"a","position":7,"duplicate":"true"})"));
  EXPECT_FALSE(read_acknowledgement(R"({"id":"a"})"));
}

}  // namespace
}  // namespace doorstep::cli
