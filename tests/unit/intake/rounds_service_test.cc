// Campaigns and rounds through the whole of intake: retries whose answer was lost, and requests at
// once of which only one may land.
#include <algorithm>
#include <set>

#include "services/intake/intake_service.h"
#include "tests/unit/intake/intake_in_memory.h"

namespace doorstep::intake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Rounds : public testing::Test, public IntakeInMemory {
 protected:
  void SetUp() override { set_up_county(); }

  static std::string named(std::uint64_t n, const std::string& name) {
    return R"({"id":")" + to_string(id_of<EventId>(3000 + n)) + R"(","campaign":")" +
           to_string(id_of<CampaignId>(3000 + n)) + R"(","name":")" + name +
           R"(","area":"431224"})";
  }
  static std::string round(std::uint64_t n, const std::string& more = {}) {
    return R"({"id":")" + to_string(id_of<EventId>(4000 + n)) + R"(","round":")" +
           to_string(id_of<RoundId>(4000 + n)) + R"(","campaign":")" + to_string(campaign) +
           R"(","questionSet":"q","riskList":"r")" + more + "}";
  }
  static std::string closing(std::uint64_t n) {
    return R"({"id":")" + to_string(id_of<EventId>(5000 + n)) + R"("})";
  }
  // What is answered to all of them where none is answered before all were decided.
  std::vector<std::string> at_once(const std::string& target,
                                   const std::vector<std::string>& bodies) {
    std::vector<HttpToken> tokens;
    tokens.reserve(bodies.size());
    for (const std::string& body : bodies) tokens.push_back(send("POST", target, body));
    run(300);
    std::vector<std::string> answers;
    for (const HttpToken token : tokens) {
      answers.push_back(text(http.response(token).value_or(HttpResponse{.status = 0})));
    }
    return answers;
  }
  static auto count(const std::vector<std::string>& answers, std::string_view status) {
    return std::ranges::count_if(
        answers, [status](const std::string& answer) { return answer.starts_with(status); });
  }
};

TEST_F(Rounds, a_lost_answer_can_be_had_again_with_the_same_words) {
  const std::string close = "/v1/rounds/" + to_string(round_number(1)) + "/close";
  for (const auto& [target, body] :
       {std::pair<std::string, std::string>{"/v1/campaigns", named(1, "春季")},
        {"/v1/rounds", round(1)},
        {close, closing(1)}}) {
    std::string first = post(target, body);
    EXPECT_THAT(first, StartsWith("200 ")) << target;
    clock.advance(Milliseconds{3'600'000});  // the content would be made anew
    first.replace(first.find("false"), 5, "true");
    EXPECT_EQ(post(target, body), first);
  }
}

TEST_F(Rounds, other_words_under_the_same_id_are_a_conflict) {
  post("/v1/campaigns", named(1, "春季"));
  EXPECT_THAT(post("/v1/campaigns", named(1, "秋季")), StartsWith("409 "));
  post("/v1/rounds", round(1));
  EXPECT_THAT(post("/v1/rounds", round(1, R"(,"number":9)")), StartsWith("409 "));
  EXPECT_THAT(post("/v1/rounds", round(1, R"(,"number":2)")), HasSubstr("\"duplicate\":true"));
}

TEST_F(Rounds, of_two_of_one_number_or_name_at_once_one_lands_and_the_other_hears_of_it) {
  const auto rounds = at_once("/v1/rounds", {round(1, R"(,"number":7)"), round(2, R"(,"number":7)"),
                                             round(3, R"(,"number":7)")});
  EXPECT_EQ(count(rounds, "200 "), 1);
  EXPECT_EQ(count(rounds, "409 "), 2);
  EXPECT_THAT(rounds.back(), HasSubstr("this campaign has a round 7 already: "));
  const auto campaigns = at_once("/v1/campaigns", {named(1, "夏季"), named(2, " 夏 季 ")});
  EXPECT_EQ(count(campaigns, "200 "), 1);
  EXPECT_THAT(campaigns.back(), HasSubstr("there is a campaign of this name already"));
}

TEST_F(Rounds, rounds_at_once_that_name_no_number_get_one_each) {
  std::vector<std::string> bodies;
  for (std::uint64_t n = 1; n <= 9; ++n) bodies.push_back(round(n));
  EXPECT_EQ(count(at_once("/v1/rounds", bodies), "200 "), 9);
  std::set<std::uint32_t> numbers;
  for (const Round& each : service->view().known().roster().rounds()) numbers.insert(each.number);
  EXPECT_EQ(numbers.size(), 10u);
  EXPECT_EQ(*numbers.rbegin(), 10u);
}

TEST_F(Rounds, one_that_was_appended_past_intake_meanwhile_is_seen_before_deciding) {
  feed_runs = false;  // intake has not heard of it
  const RoundOpened other{.round = round_number(5),
                          .campaign = campaign,
                          .number = 2,
                          .question_set = "q",
                          .risk_list = "r",
                          .deadline = morning + Milliseconds{1}};
  append(id_of<AppendId>(77), {{{.id = id_of<EventId>(77),
                                 .type = EventType::round_opened,
                                 .stream = stream_of(campaign),
                                 .area = county,
                                 .happened_at = morning,
                                 .purpose = Purpose::screening},
                                other}});
  const HttpToken token = send("POST", "/v1/rounds", round(1, R"(,"number":2)"));
  run();
  EXPECT_FALSE(http.response(token));
  feed_runs = true;
  run();
  const std::string answer = text(http.response(token).value_or(HttpResponse{.status = 0}));
  EXPECT_THAT(answer, StartsWith("409 "));
  EXPECT_THAT(answer, HasSubstr(to_string(round_number(5))));
}

TEST_F(Rounds, a_round_is_closed_once_though_two_ask_at_once) {
  const std::string close = "/v1/rounds/" + to_string(round_number(1)) + "/close";
  const auto answers = at_once(close, {closing(1), closing(2)});
  EXPECT_EQ(count(answers, "200 "), 1);
  EXPECT_EQ(count(answers, "409 "), 1);
}

TEST_F(Rounds, one_request_sent_twice_at_once_lands_once) {
  const auto answers = at_once("/v1/rounds", {round(1), round(1)});
  EXPECT_EQ(count(answers, "200 "), 2);
  EXPECT_EQ(service->view().known().roster().rounds().size(), 2u);
}

TEST_F(Rounds, a_time_that_cannot_be_written_is_refused_in_words) {
  for (const char* deadline : {"9999-12-31T23:59:59Z", "9998-12-31T23:59:59-00:01"}) {
    EXPECT_THAT(post("/v1/rounds", round(1, R"(,"deadline":")" + std::string{deadline} + "\"")),
                HasSubstr("must be a time of the years 1970 to 9998"));
  }
  EXPECT_THAT(post("/v1/rounds", round(2, R"(,"deadline":"9998-12-31T23:59:59.999Z")")),
              StartsWith("200 "));
}

}  // namespace
}  // namespace doorstep::intake
