#include "services/reporting/routes.h"

#include <gtest/gtest.h>

#include "common/memory/memory_http.h"

namespace doorstep::reporting {
namespace {

constexpr const char* id = "0197a000-0000-7000-8000-000000000001";

std::variant<Asked, json::Problem> routed(const std::string& target,
                                          std::map<std::string, std::string> headers = {},
                                          const std::string& method = "GET") {
  memory::MemoryHttp http;
  (void)http.request(method, target, {}, std::move(headers));
  return route(*http.receive());
}

template <class What>
What asked(const std::string& target) {
  const auto result = routed(target);
  const auto* const ok = std::get_if<Asked>(&result);
  if (!ok || !std::holds_alternative<What>(*ok)) {
    ADD_FAILURE() << target << " asks for something else";
    return {};
  }
  return std::get<What>(*ok);
}

json::Problem refused(const std::string& target) {
  const auto result = routed(target);
  const auto* const problem = std::get_if<json::Problem>(&result);
  if (!problem) {
    ADD_FAILURE() << target << " is not refused";
    return {};
  }
  return *problem;
}

TEST(Routes, an_area_by_its_code) {
  const auto area = asked<wire::AskArea>(std::string{"/v1/areas/431224100?round="} + id);
  EXPECT_EQ(area.area, parse_area("431224100"));
  EXPECT_EQ(to_string(area.round), id);
  EXPECT_TRUE(asked<wire::AskArea>("/v1/areas/431224").round.is_nil());
}

TEST(Routes, the_areas_below_one_and_those_that_have_none_above) {
  EXPECT_EQ(asked<wire::AskChildren>("/v1/areas/431224/children").area, parse_area("431224"));
  EXPECT_FALSE(asked<wire::AskChildren>("/v1/areas/0/children").area.is_known());
}

TEST(Routes, a_page_of_households) {
  const auto page = asked<wire::AskHouseholds>(
      std::string{"/v1/areas/431224100001/households?limit=7&after=e-1."} + id);
  EXPECT_EQ(page.limit, 7U);
  EXPECT_EQ(to_string(page.after), id);
  EXPECT_EQ(asked<wire::AskHouseholds>("/v1/areas/431224/households").limit, 100U);
}

TEST(Routes, a_household_and_its_history) {
  EXPECT_EQ(to_string(asked<wire::AskHousehold>(std::string{"/v1/households/"} + id).household),
            id);
  const auto history =
      asked<AskHistory>(std::string{"/v1/households/"} + id + "/events?after=e-1.12&limit=3");
  EXPECT_EQ(history.after, Position{12});
  EXPECT_EQ(history.limit, 3U);
}

TEST(Routes, tasks_by_state) {
  const auto tasks =
      asked<wire::AskTasks>("/v1/tasks?area=431224&state=given&after=e-1.5&limit=1000");
  EXPECT_EQ(tasks.state, TaskState::given);
  EXPECT_EQ(tasks.after, 5U);
  EXPECT_EQ(tasks.limit, 1000U);
  EXPECT_EQ(asked<wire::AskTasks>("/v1/tasks").state, TaskState{});
}

TEST(Routes, a_stream_of_areas_each_once_and_in_order) {
  const auto stream = asked<OpenStream>("/v1/stream?area=431224100&area=431224,431224100");
  const std::vector<AreaCode> areas{*parse_area("431224"), *parse_area("431224100")};
  EXPECT_EQ(stream.areas, areas);
  EXPECT_FALSE(stream.since);
  EXPECT_EQ(asked<OpenStream>("/v1/stream?area=431224&since=e-1.9").since,
            (Seen{"e-1", Position{9}}));
}

TEST(Routes, what_the_browser_remembers_is_later_than_the_address) {
  const auto result = routed("/v1/stream?area=431224&since=e-1.9", {{"last-event-id", "e-2.12"}});
  EXPECT_EQ(std::get<OpenStream>(std::get<Asked>(result)).since, (Seen{"e-2", Position{12}}));
}

TEST(Routes, who_has_seen_what_we_did_not_say_has_seen_nothing) {
  for (const char* seen : {"x", "12", "e-1.", "e-1.x", ".12", "e-1.-2"}) {
    const auto result = routed("/v1/stream?area=431224&since=e-1.9", {{"last-event-id", seen}});
    EXPECT_FALSE(std::get<OpenStream>(std::get<Asked>(result)).since) << seen;
  }
  EXPECT_FALSE(asked<OpenStream>("/v1/stream?area=431224&since=9").since);
}

TEST(Routes, a_cursor_says_which_edition_it_is_of) {
  const auto edition = [](const std::string& after) {
    return edition_of_cursor({.query = {{"after", after}}});
  };
  EXPECT_EQ(edition("a-1-2.77"), "a-1-2");
  EXPECT_EQ(edition(""), "");
  EXPECT_EQ(edition_of_cursor({}), "");
}

TEST(Routes, a_cursor_of_no_edition_is_of_an_earlier_program) {
  for (const std::string& target :
       {std::string{"/v1/tasks?after=5"}, std::string{"/v1/areas/431224/households?after="} + id,
        std::string{"/v1/households/"} + id + "/events?after=5"}) {
    EXPECT_EQ(refused(target).status, 410) << target;
    EXPECT_EQ(refused(target).code, "cursorOutdated") << target;
  }
}

TEST(Routes, at_most_64_areas_in_a_stream) {
  std::string target = "/v1/stream?area=431224";
  for (int i = 100; i < 100 + 63; ++i) target += ",431224" + std::to_string(i);
  EXPECT_EQ(asked<OpenStream>(target).areas.size(), 64U);
  EXPECT_EQ(refused(target + ",431224999").errors.at(0).code, "tooMany");
}

TEST(Routes, any_other_path_is_the_boards) {
  EXPECT_EQ(asked<AskFile>("/areas/431224").path, "/areas/431224");
  EXPECT_EQ(asked<AskFile>("/").path, "/");
  EXPECT_EQ(asked<AskFile>("/assets/index.js?x=1").path, "/assets/index.js");
}

TEST(Routes, an_unknown_parameter_is_refused_and_the_known_ones_are_named) {
  const auto problem = refused("/v1/areas/431224?rund=1");
  EXPECT_EQ(problem.status, 422);
  ASSERT_EQ(problem.errors.size(), 1U);
  EXPECT_EQ(problem.errors[0].pointer, "?rund");
  EXPECT_NE(problem.errors[0].detail.en.find("round"), std::string::npos);
  EXPECT_FALSE(problem.errors[0].detail.zh.empty());
}

TEST(Routes, every_wrong_parameter_is_named_at_once) {
  EXPECT_EQ(refused("/v1/tasks?area=12&state=lost&after=e.-1&limit=0&x=").errors.size(), 5U);
}

struct Refusal {
  const char* target;
  int status;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, says_why) {
  const auto problem = refused(GetParam().target);
  EXPECT_EQ(problem.status, GetParam().status);
  EXPECT_FALSE(problem.title.zh.empty());
  EXPECT_FALSE(problem.title.en.empty());
}

INSTANTIATE_TEST_SUITE_P(
    requests, Refused,
    testing::Values(Refusal{"/v1", 404}, Refusal{"/v1/", 404}, Refusal{"/v1/areas", 404},
                    Refusal{"/v1/areas/", 404}, Refusal{"/v1/areas/12", 404},
                    Refusal{"/v1/areas/0", 404}, Refusal{"/v1/areas/431224/x", 404},
                    Refusal{"/v1/areas/431224/children/x", 404}, Refusal{"/v1/areas/-431224", 404},
                    Refusal{"/v1/households/x", 404},
                    Refusal{"/v1/households/00000000-0000-0000-0000-000000000000", 404},
                    Refusal{"/v1/tasks/x", 404}, Refusal{"/v1/stream", 422},
                    Refusal{"/v1/stream?area=", 422}, Refusal{"/v1/stream?area=431224,", 422},
                    Refusal{"/v1/areas/431224?round=", 422}, Refusal{"/v1/tasks?limit=1001", 422},
                    Refusal{"/v1/tasks?limit=7&limit=8", 422},
                    Refusal{"/v1/tasks?after=e.99999999999999999999", 422},
                    Refusal{"/v1/areas/431224/households?after=e.5", 422},
                    Refusal{"/v1/rounds?x=1", 422}, Refusal{"/healthz?x=1", 422}));

TEST(Routes, only_reads_are_served_here) {
  const auto result = routed("/v1/areas/431224", {}, "POST");
  EXPECT_EQ(std::get<json::Problem>(result).status, 405);
}

}  // namespace
}  // namespace doorstep::reporting
