#include <gtest/gtest.h>

#include "tests/unit/reporting/desk.h"

namespace doorstep::reporting {
namespace {

using test::Desk;
using testing::Test;

constexpr const char* id = "0197a000-0000-7000-8000-000000000001";
HouseholdId household() { return {*parse_uuid(id)}; }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Reads : Test {
  Desk desk;
};

Event visit(std::uint64_t n) {
  return {.envelope = {.id = {{2, n}},
                       .type = EventType::visit_recorded,
                       .stream = stream_of(household()),
                       .purpose = Purpose::screening},
          .body = VisitRecorded{.visit = {{2, n}}, .household = household()}};
}

TEST_F(Reads, an_area_comes_with_its_path_its_counts_and_its_edition) {
  const auto response = desk.get("/v1/areas/431224100");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  const std::string body = Desk::body(response);
  EXPECT_TRUE(response.headers.at("ETag").starts_with('"' + desk.edition() + ".1.")) << body;
  EXPECT_TRUE(has(body, R"("asOf":1,"edition":")" + desk.edition() + '"')) << body;
  EXPECT_TRUE(has(body, R"("code":"431224100","name":"卢峰镇","level":"township")")) << body;
  EXPECT_TRUE(has(body, R"("path":[{"code":"431224","name":"溆浦县"}])")) << body;
  EXPECT_TRUE(has(body, R"("screened":3)")) << body;
}

TEST_F(Reads, what_the_client_has_is_not_sent_again_until_something_changes) {
  const std::string tag = desk.get("/v1/areas/431224").headers.at("ETag");
  EXPECT_EQ(desk.get("/v1/areas/431224", {{"if-none-match", tag}}).status, 304);
  desk.aggregation.change({"431224"});
  EXPECT_EQ(desk.get("/v1/areas/431224", {{"if-none-match", tag}}).status, 200);
}

TEST_F(Reads, the_same_position_of_another_log_epoch_or_fold_is_another_answer) {
  const wire::Edition before = desk.aggregation.edition;
  for (const char* target : {"/v1/areas/431224", "/v1/areas/431224/children", "/v1/rounds",
                             "/v1/tasks", "/v1/areas/431224/households"}) {
    desk.aggregation.edition = before;
    const std::string tag = desk.get(target).headers.at("ETag");
    EXPECT_EQ(desk.get(target, {{"if-none-match", tag}}).status, 304) << target;
    for (const wire::Edition& other : {wire::Edition{before.log, Epoch{2}, before.fold},
                                       wire::Edition{LogId{{7, 8}}, before.epoch, before.fold},
                                       wire::Edition{before.log, before.epoch, 4}}) {
      desk.aggregation.edition = other;
      const auto response = desk.get(target, {{"if-none-match", tag}});
      EXPECT_EQ(response.status, 200) << target;
      EXPECT_TRUE(has(Desk::body(response), R"("edition":")" + to_text(other) + '"')) << target;
    }
  }
}

TEST_F(Reads, what_changes_beside_the_position_is_another_answer_too) {
  const std::string tag = desk.get("/v1/areas/431224100").headers.at("ETag");
  desk.aggregation.define("431224", "溆浦", 5);  // the name above, learnt anew in a minute
  desk.pass(AreaNames::kept_for + Milliseconds{1'000});
  EXPECT_EQ(desk.get("/v1/areas/431224100", {{"if-none-match", tag}}).status, 200);
}

TEST_F(Reads, a_cursor_of_another_edition_is_refused_in_words) {
  desk.aggregation.tasks.next = 9;
  for (std::uint64_t n = 1; n <= 3; ++n) desk.log.append(visit(n));
  desk.aggregation.as_of = desk.aggregation.head = desk.log.head();
  desk.pass(Milliseconds{2'000});
  const std::string events = std::string{"/v1/households/"} + id + "/events?limit=1&after=";
  const std::string place = desk.edition() + ".";
  EXPECT_EQ(desk.get("/v1/tasks?after=" + place + "9").status, 200);
  EXPECT_EQ(desk.get(events + place + "2").status, 200);
  desk.aggregation.edition.epoch = Epoch{2};
  desk.pass(Milliseconds{2'000});
  for (const std::string& target : {"/v1/tasks?after=" + place + "9", events + place + "2",
                                    "/v1/areas/431224/households?after=" + place + id}) {
    const auto response = desk.get(target);
    EXPECT_EQ(response.status, 410) << target;
    EXPECT_TRUE(has(Desk::body(response), R"("code":"cursorOutdated")")) << target;
    EXPECT_TRUE(has(Desk::body(response), "begin again")) << target;
  }
}

TEST_F(Reads, a_history_is_read_from_the_log_that_the_figures_are_of) {
  for (std::uint64_t n = 1; n <= 3; ++n) desk.log.append(visit(n));
  desk.aggregation.as_of = desk.aggregation.head = desk.log.head();
  desk.pass(Milliseconds{2'000});
  desk.log.subscribed.clear();
  (void)desk.get(std::string{"/v1/households/"} + id + "/events");
  ASSERT_EQ(desk.log.subscribed.size(), 1U);
  EXPECT_EQ(desk.log.subscribed[0].log, desk.aggregation.edition.log);
  EXPECT_EQ(desk.log.subscribed[0].epoch, desk.aggregation.edition.epoch);
}

TEST_F(Reads, children_come_with_their_paths) {
  const std::string body = Desk::body(desk.get("/v1/areas/431224/children"));
  EXPECT_TRUE(has(body, R"("areas":[{"code":"431224100")")) << body;
  EXPECT_TRUE(has(body, R"("name":"桥江镇")")) << body;
  EXPECT_TRUE(has(body, R"("path":[{"code":"431224","name":"溆浦县"}])")) << body;
}

TEST_F(Reads, the_county_is_below_no_area) {
  const std::string body = Desk::body(desk.get("/v1/areas/0/children"));
  EXPECT_TRUE(
      has(body, R"("code":"431224","name":"溆浦县","level":"county","parent":null,"path":[])"))
      << body;
}

TEST_F(Reads, an_area_that_nobody_defined_is_not_found) {
  const auto response = desk.get("/v1/areas/431299");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_TRUE(has(Desk::body(response), "没有这个区划"));
}

TEST_F(Reads, a_household_is_shown_with_what_decided_it) {
  desk.aggregation.households[household()] = {
      .household = household(), .disposition = Disposition::no_answer, .decided_by = Position{7}};
  const std::string body = Desk::body(desk.get(std::string{"/v1/households/"} + id));
  EXPECT_TRUE(has(body, R"("answer":"attempted","disposition":"noAnswer","decidedBy":7)")) << body;
  EXPECT_TRUE(has(Desk::body(desk.get("/v1/areas/431224/households")), R"("next":null)"));
}

TEST_F(Reads, an_open_task_says_that_no_one_answers_for_the_household) {
  desk.aggregation.tasks.tasks = {
      {.id = {{1, 2}}, .household = household(), .state = TaskState::open}};
  desk.aggregation.tasks.counts = {0, 1, 2, 3, 4};
  desk.aggregation.tasks.next = 9;
  const std::string body = Desk::body(desk.get("/v1/tasks?state=open"));
  EXPECT_TRUE(has(body, R"("counts":{"open":1,"given":2,"done":3,"cancelled":4})")) << body;
  EXPECT_TRUE(has(body, R"("waitingFor":{"zh":"无人负责该户")")) << body;
  EXPECT_TRUE(has(body, R"("next":")" + desk.edition() + R"(.9")")) << body;
}

TEST_F(Reads, rounds_say_which_is_current_and_whether_it_is_a_demonstration) {
  desk.aggregation.rounds.rounds = {{{.id = {{1, 2}}, .number = 2}, "全员"},
                                    {{.id = {{1, 1}}}, ""}};
  const std::string body = Desk::body(desk.get("/v1/rounds"));
  EXPECT_TRUE(has(body, R"("demonstration":true)")) << body;
  EXPECT_TRUE(has(body, R"("campaignName":"全员")")) << body;
  EXPECT_LT(body.find(R"("current":true)"), body.find(R"("current":false)"));
}

TEST_F(Reads, a_history_comes_from_the_log_a_page_at_a_time) {
  for (std::uint64_t n = 1; n <= 3; ++n) desk.log.append(visit(n));
  desk.aggregation.as_of = desk.aggregation.head = desk.log.head();
  desk.pass(Milliseconds{2'000});
  const std::string target = std::string{"/v1/households/"} + id + "/events";
  const std::string first = Desk::body(desk.get(target + "?limit=2"));
  EXPECT_TRUE(has(first, R"("position":2)")) << first;
  EXPECT_TRUE(has(first, R"("position":3)")) << first;
  EXPECT_FALSE(has(first, R"("position":4)")) << first;
  EXPECT_TRUE(has(first, R"("next":")" + desk.edition() + R"(.3")")) << first;
  const std::string second =
      Desk::body(desk.get(target + "?limit=2&after=" + desk.edition() + ".3"));
  EXPECT_TRUE(has(second, R"("position":4)")) << second;
  EXPECT_TRUE(has(second, R"("next":null)")) << second;
}

TEST_F(Reads, the_history_of_a_household_that_nobody_named_is_not_found) {
  EXPECT_EQ(desk.get(std::string{"/v1/households/"} + id + "/events").status, 404);
}

TEST_F(Reads, a_history_that_the_log_does_not_give_in_time_is_refused) {
  desk.log.speaks = false;
  const auto token = desk.http.request("GET", std::string{"/v1/households/"} + id + "/events");
  desk.pass(Milliseconds{6'000});
  const auto response = desk.http.response(token);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.at("Retry-After"), "1");
}

TEST_F(Reads, without_aggregation_reads_are_refused_in_words_and_come_back_with_it) {
  desk.aggregation.answers = false;
  const auto token = desk.http.request("GET", "/v1/areas/431224");
  desk.pass(Milliseconds{5'000});
  const auto response = desk.http.response(token);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(has(*response->body, "notReady"));
  desk.aggregation.answers = true;
  EXPECT_EQ(desk.get("/v1/areas/431224").status, 200);
}

TEST_F(Reads, a_question_that_was_lost_is_asked_again) {
  desk.aggregation.answers = false;
  const auto token = desk.http.request("GET", "/v1/areas/431224");
  desk.run();
  desk.aggregation.answers = true;
  desk.pass(Milliseconds{1'100});
  ASSERT_TRUE(desk.http.response(token));
}

TEST_F(Reads, health_says_ok_late_and_where_it_is) {
  desk.pass(Milliseconds{2'000});
  const auto ok = desk.get("/healthz");
  EXPECT_EQ(ok.status, 200);
  EXPECT_EQ(Desk::body(ok), R"({"status":"ok","asOf":1,"head":1,"edition":")" + desk.edition() +
                                R"(","clock":null})");
  desk.log.speaks = false;
  desk.pass(Milliseconds{5'000});
  const auto late = desk.get("/healthz");
  EXPECT_EQ(late.status, 503);
  EXPECT_TRUE(has(Desk::body(late), R"("status":"late")"));
}

TEST_F(Reads, health_says_that_the_record_is_ahead_of_the_clock_and_stays_well) {
  desk.aggregation.recorded_at = desk.clock.now() + Milliseconds{600'000};
  desk.pass(Milliseconds{2'000});
  const auto response = desk.get("/healthz");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(has(Desk::body(response), R"("clock":{"problem":"recordAhead","byMs":598000})"))
      << Desk::body(response);
}

TEST_F(Reads, metrics_count_requests) {
  (void)desk.get("/v1/rounds");
  const auto response = desk.get("/metrics");
  EXPECT_TRUE(has(Desk::body(response), "doorstep_reporting_requests_total{kind=\"read\"} 1"));
  EXPECT_EQ(response.content_type, runtime::Metrics::content_type);
}

TEST_F(Reads, every_answer_carries_the_security_headers) {
  for (const char* target : {"/", "/v1/rounds", "/v1/areas/1", "/healthz"}) {
    const auto response = desk.get(target);
    EXPECT_EQ(response.headers.at("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_TRUE(has(response.headers.at("Content-Security-Policy"), "default-src 'self'"))
        << target;
  }
}

TEST_F(Reads, a_file_that_the_browser_has_is_not_sent_again) {
  const std::string tag = desk.get("/").headers.at("ETag");
  EXPECT_EQ(desk.get("/", {{"if-none-match", "\"x\", W/" + tag}}).status, 304);
}

TEST_F(Reads, a_head_request_is_answered_as_a_get_and_opens_no_stream) {
  const auto response = desk.get("/v1/areas/431224", {}, "HEAD");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.headers.contains("ETag"));
  EXPECT_EQ(desk.get("/v1/stream?area=431224", {}, "HEAD").status, 200);
  EXPECT_TRUE(has(Desk::body(desk.get("/metrics")), "doorstep_reporting_streams 0"));
}

TEST_F(Reads, a_write_is_sent_elsewhere) {
  const auto response = desk.get("/v1/areas/431224", {}, "POST");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.at("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace doorstep::reporting
