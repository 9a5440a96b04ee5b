#include "services/intake/intake_service.h"

#include "tests/unit/intake/intake_in_memory.h"

namespace doorstep::intake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Intake : public testing::Test, public IntakeInMemory {
 protected:
  void SetUp() override { set_up_county(); }

  std::string visit(std::uint64_t n, const std::string& more = {}) {
    return R"({"id":")" + to_string(id_of<EventId>(1000 + n)) + R"(","household":")" +
           to_string(household_of_key("H1")) + R"(","doneBy":[")" + to_string(worker_of_key("W1")) +
           R"("],"mode":"atDoor","started":")" + to_string(morning) + R"(","ended":")" +
           to_string(morning) + R"(","disposition":"noAnswer")" + more + "}";
  }
  std::string retraction(std::uint64_t n) {
    return R"({"id":")" + to_string(id_of<EventId>(2000 + n)) +
           R"(","reason":"wrongHousehold","happenedAt":")" + to_string(morning) + "\"}";
  }
  static std::string of_visit(std::uint64_t n, const std::string& what) {
    return "/v1/visits/" + to_string(id_of<EventId>(1000 + n)) + what;
  }
};

TEST_F(Intake, a_visit_is_answered_with_its_position_once_it_is_recorded) {
  const auto before = number(service->view().position());
  const std::string answer = post("/v1/visits", visit(1));
  EXPECT_EQ(answer, R"(200 {"id":")" + to_string(id_of<EventId>(1001)) + R"(","position":)" +
                        std::to_string(before + 1) + R"(,"duplicate":false})");
  EXPECT_EQ(number(service->view().position()), before + 1);
}

TEST_F(Intake, the_same_visit_again_gets_the_first_answer) {
  const std::string first = post("/v1/visits", visit(1));
  std::string again = first;
  again.replace(again.find("false"), 5, "true");
  EXPECT_EQ(post("/v1/visits", visit(1)), again);
  start_intake();
  run();
  EXPECT_EQ(post("/v1/visits", visit(1)), again) << "for ever";
}

TEST_F(Intake, a_retry_is_recognised_though_the_devices_clock_moved_on) {
  const std::string first =
      post("/v1/visits", visit(1, R"(,"sentAt":"2022-03-23T07:00:01+08:00")"));
  EXPECT_THAT(first, HasSubstr("\"duplicate\":false"));
  EXPECT_THAT(post("/v1/visits", visit(1, R"(,"sentAt":"2022-03-23T07:09:01+08:00")")),
              HasSubstr("\"duplicate\":true"));
}

TEST_F(Intake, a_retry_is_recognised_where_it_would_now_be_refused) {
  const std::string body =
      R"({"id":")" + to_string(id_of<EventId>(5)) + R"(","household":")" +
      to_string(household_number(1)) + R"(","dwelling":")" + to_string(dwelling_number(1)) +
      R"(","kind":"family","area":"431224100001001","persons":{"registered":4,"usual":3,)"
      R"("present":2,"awayInCounty":1,"awayOutside":0,"notVerified":3},"happenedAt":")" +
      to_string(morning) + "\"}";
  EXPECT_THAT(post("/v1/households", body), HasSubstr("\"duplicate\":false"));
  EXPECT_THAT(post("/v1/households", body), HasSubstr("\"duplicate\":true"));
  std::string other_id = body;
  other_id.replace(other_id.find(to_string(id_of<EventId>(5))), 36, to_string(id_of<EventId>(6)));
  EXPECT_THAT(post("/v1/households", other_id), StartsWith("409 "));
}

TEST_F(Intake, one_id_for_two_different_visits_is_a_conflict) {
  post("/v1/visits", visit(1));
  std::string other = visit(1);
  other.replace(other.find("noAnswer"), 8, "vacant");
  EXPECT_THAT(post("/v1/visits", other), StartsWith("409 {\"type\":\"/problems/conflict\""));
}

TEST_F(Intake, one_id_for_two_kinds_of_request_is_a_conflict) {
  post("/v1/visits", visit(1));
  EXPECT_THAT(post("/v1/workers/" + to_string(worker_of_key("W1")) + "/report-in",
                   R"({"id":")" + to_string(id_of<EventId>(1001)) + R"(","happenedAt":")" +
                       to_string(morning) + "\"}"),
              StartsWith("409 "));
}

TEST_F(Intake, two_requests_with_one_id_at_once_land_once) {
  const HttpToken first = send("POST", "/v1/visits", visit(1));
  const HttpToken second = send("POST", "/v1/visits", visit(1));
  run();
  const std::string answers = text(*http.response(first)) + text(*http.response(second));
  EXPECT_THAT(answers, HasSubstr("\"duplicate\":false"));
  EXPECT_THAT(answers, HasSubstr("\"duplicate\":true"));
}

TEST_F(Intake, a_visit_is_retracted_by_its_id_once) {
  post("/v1/visits", visit(1));
  const std::string first = post(of_visit(1, "/retract"), retraction(1));
  EXPECT_THAT(first, HasSubstr("\"duplicate\":false"));
  EXPECT_THAT(post(of_visit(1, "/retract"), retraction(1)), HasSubstr("\"duplicate\":true"));
  EXPECT_THAT(post(of_visit(1, "/retract"), retraction(2)), StartsWith("409 "));
}

TEST_F(Intake, a_visit_that_was_appended_with_others_is_retracted_too) {
  VisitRecorded body{.visit = id_of<VisitId>(1001),
                     .household = household_of_key("H1"),
                     .round = round_number(1),
                     .mode = VisitMode::phone,
                     .started = morning,
                     .ended = morning,
                     .disposition = Disposition::no_answer};
  body.done_by.add(worker_of_key("W1"));
  Event event{{.id = id_of<EventId>(1001),
               .type = EventType::visit_recorded,
               .stream = stream_of(body.household),
               .area = grid,
               .happened_at = morning,
               .purpose = Purpose::screening},
              body};
  Event second = event;
  second.envelope.id = id_of<EventId>(1002);
  std::get<VisitRecorded>(second.body).visit = id_of<VisitId>(1002);
  append(id_of<AppendId>(77), {event, second});
  EXPECT_THAT(post(of_visit(2, "/retract"), retraction(1)), HasSubstr("\"duplicate\":false"));
  start_intake();
  run();
  EXPECT_THAT(post(of_visit(1, "/retract"), retraction(2)), HasSubstr("\"duplicate\":false"));
}

TEST_F(Intake, what_is_not_there_is_not_found) {
  EXPECT_THAT(post(of_visit(9, "/retract"), retraction(1)), StartsWith("404 "));
  EXPECT_THAT(post("/v1/visits/17/retract", retraction(1)), StartsWith("404 "));
  EXPECT_THAT(post("/v1/doors", "{}"), StartsWith("404 "));
  EXPECT_THAT(post("/v1/imports/cats", "{}"), StartsWith("404 "));
  EXPECT_THAT(post("/v1/households/" + to_string(household_number(99)) + "/withdraw",
                   R"({"id":")" + to_string(id_of<EventId>(9)) +
                       R"(","reason":"duplicate","happenedAt":")" + to_string(morning) + "\"}"),
              StartsWith("404 "));
}

TEST_F(Intake, methods_types_and_sizes_are_checked) {
  const HttpResponse wrong_method = ask("PUT", "/v1/visits", visit(1));
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.headers.at("Allow"), "POST");
  EXPECT_EQ(ask("POST", "/v1/visits", visit(1), "text/plain").status, 415);
  EXPECT_EQ(ask("POST", "/v1/imports/areas", "code,name\n").status, 415);
  EXPECT_EQ(ask("POST", "/v1/visits", std::string(write_bytes_max + 1, ' ')).status, 413);
  EXPECT_EQ(
      ask("POST", "/v1/imports/areas", std::string(import_bytes_max + 1, ' '), "text/csv").status,
      413);
}

TEST_F(Intake, a_head_is_answered_wherever_a_get_is) {
  for (const char* path : {"/healthz", "/metrics"}) {
    EXPECT_EQ(ask("HEAD", path, "").status, ask("GET", path, "").status) << path;
    const HttpResponse wrong_method = ask("POST", path, "");
    EXPECT_EQ(wrong_method.status, 405) << path;
    EXPECT_EQ(wrong_method.headers.at("Allow"), "GET, HEAD") << path;
  }
  EXPECT_EQ(ask("HEAD", "/v1/visits", "").status, 405);
}

TEST_F(Intake, media_types_have_no_case_and_json_is_utf_8) {
  EXPECT_EQ(ask("POST", "/v1/visits", visit(1), "Application/JSON; Charset=\"UTF-8\"").status, 200);
  EXPECT_EQ(ask("POST", "/v1/visits", visit(2), "application/json;charset=gbk").status, 415);
  EXPECT_EQ(ask("POST", "/v1/visits", visit(2), "application/json, text/csv").status, 415);
  EXPECT_EQ(ask("POST", "/v1/imports/areas", "code,name\n", "TEXT/CSV; header=present").status,
            200);
}

TEST_F(Intake, the_charset_of_a_list_says_how_it_is_written) {
  const std::string gbk = "code,name\n431224,\xe4\xd3\xc6\xd6\n";  // 溆浦
  const auto import_as = [this](const std::string& csv, const std::string& charset,
                                const std::string& query = {}) {
    return text(ask("POST", "/v1/imports/areas" + query, csv, "text/csv; charset=" + charset));
  };
  EXPECT_THAT(import_as(gbk, "utf-8"), HasSubstr("otherEncoding"));
  EXPECT_THAT(import_as("code,name\n431224,溆浦\n", "GBK"), HasSubstr("otherEncoding"));
  EXPECT_THAT(import_as(gbk, "utf-8", "?encoding=gb18030"),
              AllOf(StartsWith("422 "), HasSubstr("\"?encoding\""), HasSubstr("“utf-8”")));
  EXPECT_THAT(import_as(gbk, "big5"), AllOf(StartsWith("415 "), HasSubstr("“big5”")));
  EXPECT_THAT(import_as(gbk, "big5", "?encoding=gb18030"), StartsWith("415 "));
  EXPECT_THAT(import_as(gbk, "\"gb2312\"", "?encoding=gbk"),
              AllOf(StartsWith("200 "), HasSubstr("\"encoding\":\"gb18030\"")));
}

TEST_F(Intake, bad_json_and_bad_fields_are_problems_that_name_the_field) {
  EXPECT_THAT(post("/v1/visits", "{"), StartsWith("400 {\"type\":\"/problems/not-json\""));
  EXPECT_THAT(post("/v1/visits", visit(1, ",\"colour\":1")),
              HasSubstr("\"pointer\":\"/colour\",\"code\":\"unknownField\""));
  EXPECT_THAT(post("/v1/visits", visit(1, ",\"round\":\"" + to_string(round_number(7)) + "\"")),
              HasSubstr("\"pointer\":\"/round\",\"code\":\"unknownRound\""));
  EXPECT_THAT(post("/v1/visits", visit(1, ",\"persons\":{\"usual\":2.5}")),
              HasSubstr("\"pointer\":\"/persons/usual\",\"code\":\"outOfRange\""));
  const HttpResponse problem = ask("POST", "/v1/visits", "[]");
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.content_type, "application/problem+json");
}

TEST_F(Intake, a_household_on_no_list_is_taken_where_it_was_found) {
  std::string found = visit(1, R"(,"area":"431224100001001")");
  found.replace(found.find(to_string(household_of_key("H1"))), 36, to_string(household_number(9)));
  EXPECT_THAT(post("/v1/visits", found), StartsWith("200 "));
}

TEST_F(Intake, what_was_just_recorded_can_be_named_at_once) {
  const std::string report = import("workers", "key,kind,home\nW3,volunteer,431224100001\n");
  EXPECT_THAT(report, HasSubstr("\"landed\":1"));
  std::string by_the_new_one = visit(1);
  by_the_new_one.replace(by_the_new_one.find(to_string(worker_of_key("W1"))), 36,
                         to_string(worker_of_key("W3")));
  EXPECT_THAT(post("/v1/visits", by_the_new_one), StartsWith("200 "));
}

TEST_F(Intake, answers_only_when_it_has_seen_its_own_event) {
  feed_runs = false;
  const HttpToken visited = send("POST", "/v1/visits", visit(1));
  const HttpToken imported =
      send("POST", "/v1/imports/workers", "key,kind,home\nW3,volunteer,431224\n", "text/csv");
  run();
  EXPECT_FALSE(http.response(visited));
  EXPECT_FALSE(http.response(imported));
  EXPECT_FALSE(service->drained());
  feed_runs = true;
  run();
  EXPECT_THAT(text(http.response(visited).value()), StartsWith("200 "));
  EXPECT_THAT(text(http.response(imported).value()), HasSubstr("\"landed\":1"));
}

TEST_F(Intake, is_not_ready_before_it_has_read_the_log) {
  start_intake();
  const HttpToken early = send("POST", "/v1/visits", visit(1));
  const HttpToken health = send("GET", "/healthz", {});
  run(1);
  const auto refused = http.response(early);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->headers.at("Retry-After"), "1");
  EXPECT_THAT(text(*http.response(health)), StartsWith("503 {\"status\":\"starting\""));
  run();
  EXPECT_THAT(text(ask("GET", "/healthz")), StartsWith("200 {\"status\":\"ok\""));
  EXPECT_THAT(post("/v1/visits", visit(1)), StartsWith("200 "));
}

TEST_F(Intake, a_write_waits_while_the_log_is_away_and_lands_once_it_is_back) {
  stop_log();
  const HttpToken token = send("POST", "/v1/visits", visit(1));
  run(300);
  EXPECT_FALSE(http.response(token));
  start_log();
  run(1000);
  const auto answer = http.response(token);
  ASSERT_TRUE(answer);
  EXPECT_THAT(text(*answer), HasSubstr("\"duplicate\":false"));
}

TEST_F(Intake, a_log_that_stays_away_is_said_to_be_late_and_writes_are_told_to_try_again) {
  stop_log();
  const HttpToken token = send("POST", "/v1/visits", visit(1));
  run(2500);
  const auto answer = http.response(token);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->headers.at("Retry-After"), "1");
  EXPECT_THAT(text(ask("GET", "/healthz")), StartsWith("503 {\"status\":\"late\""));
}

TEST_F(Intake, drains_what_it_began_and_takes_nothing_new) {
  const HttpToken begun = send("POST", "/v1/visits", visit(1));
  run(1);
  service->drain();
  const HttpToken late = send("POST", "/v1/visits", visit(2));
  run();
  EXPECT_TRUE(service->drained());
  EXPECT_EQ(http.response(begun)->status, 200);
  EXPECT_EQ(http.response(late)->status, 503);
}

TEST_F(Intake, shows_what_it_measures) {
  const std::string page = text(ask("GET", "/metrics"));
  EXPECT_THAT(page, HasSubstr("doorstep_intake_position"));
  EXPECT_THAT(page, HasSubstr("doorstep_intake_answers_total"));
}

TEST_F(Intake, whatever_is_in_the_log_folds) {
  // Past intake: a visit to nobody's household in no round, a placement without a registration.
  append(id_of<AppendId>(900),
         {{{.id = id_of<EventId>(901),
            .type = EventType::household_placed,
            .stream = stream_of(household_number(50)),
            .purpose = Purpose::roster},
           HouseholdPlaced{household_number(50), dwelling_number(50), grid, morning}}});
  EXPECT_THAT(text(ask("GET", "/healthz")), StartsWith("200 "));
  EXPECT_THAT(post("/v1/visits", visit(1)), StartsWith("200 "));
}

}  // namespace
}  // namespace doorstep::intake
