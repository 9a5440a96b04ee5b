#include "services/intake/imports.h"

#include "tests/unit/intake/intake_in_memory.h"

namespace doorstep::intake {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Import : public testing::Test, public IntakeInMemory {};

const std::string areas_csv = "code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,警予社区\n";

TEST_F(Import, a_second_run_lands_nothing) {
  set_up_county();
  const auto before = service->view().position();
  EXPECT_EQ(
      import("areas", areas_csv),
      R"(200 {"rows":3,"landed":0,"unchanged":3,"rejected":0,"encoding":"utf-8","titleRows":0,"errors":[]})");
  EXPECT_EQ(
      import("workers", "key,kind,home\nW1,gridWorker,431224100001\nW2,clerk,431224\n"),
      R"(200 {"rows":2,"landed":0,"unchanged":2,"rejected":0,"encoding":"utf-8","titleRows":0,"errors":[]})");
  EXPECT_EQ(service->view().position(), before);
  start_intake();
  run();
  EXPECT_THAT(import("areas", areas_csv), HasSubstr("\"unchanged\":3")) << "after a restart too";
}

TEST_F(Import, good_rows_land_and_each_bad_row_is_explained) {
  import("areas", "code,name\n431224,溆浦县\n");
  const std::string report = import(
      "areas", "code,name\n431224,溆浦县\n43,短\n431224100,\n\n431224200,别处\n431299,别县\n");
  EXPECT_THAT(report, StartsWith(R"(200 {"rows":5,"landed":1,"unchanged":1,"rejected":3,)"));
  EXPECT_THAT(report,
              HasSubstr(R"({"row":2,"column":"code","code":"notAnAreaCode","value":"43",)"));
  EXPECT_THAT(report, HasSubstr(R"({"row":3,"column":"name","code":"missing","value":"",)"));
  EXPECT_THAT(report, HasSubstr(R"({"row":5,"column":"code","code":"otherCounty",)"));
}

TEST_F(Import, rows_may_come_in_any_order) {
  EXPECT_THAT(import("areas", "code,name\n431224100001,社区\n431224100,镇\n431224,县\n"),
              HasSubstr("\"landed\":3"));
}

TEST_F(Import, one_key_twice_in_a_file_lands_once) {
  set_up_county();
  const std::string report =
      import("workers", "key,kind,home\nW7,clerk,431224\nW7,clerk,431224\nW7,volunteer,431224\n");
  EXPECT_THAT(report, StartsWith(R"(200 {"rows":3,"landed":1,"unchanged":1,"rejected":1,)"));
  EXPECT_THAT(report, HasSubstr(R"("row":3,"column":"key","code":"duplicateKey")"));
}

TEST_F(Import, other_content_under_a_recorded_key_is_explained) {
  set_up_county();
  EXPECT_THAT(import("workers", "key,kind,home\nW1,clerk,431224100001\n"),
              HasSubstr(R"({"row":1,"column":"key","code":"idConflict","value":"W1",)"));
}

TEST_F(Import, reads_gb18030_and_chinese_headers) {
  set_up_county();
  // 工作人员编号,类别,所在区划 / W8,网格员,431224
  const std::string gb18030 =
      "\xb9\xa4\xd7\xf7\xc8\xcb\xd4\xb1\xb1\xe0\xba\xc5,\xc0\xe0\xb1\xf0,"
      "\xcb\xf9\xd4\xda\xc7\xf8\xbb\xae\r\nW8,\xcd\xf8\xb8\xf1\xd4\xb1,431224\r\n";
  EXPECT_THAT(import("workers", gb18030), HasSubstr("\"landed\":1"));
  EXPECT_THAT(import("workers", gb18030, "?encoding=gb18030"), HasSubstr("\"unchanged\":1"));
  EXPECT_THAT(import("workers", gb18030, "?encoding=utf-8"), StartsWith("422 "));
  EXPECT_THAT(import("workers", gb18030, "?encoding=klingon"), StartsWith("422 "));
}

TEST_F(Import, reads_a_byte_order_mark) {
  EXPECT_THAT(import("areas", "\xef\xbb\xbf" + areas_csv), HasSubstr("\"landed\":3"));
}

TEST_F(Import, a_wrong_header_or_no_text_is_refused_as_a_whole) {
  EXPECT_THAT(import("areas", "code\n431224\n"),
              HasSubstr(R"("pointer":"/header","code":"missingColumn")"));
  EXPECT_THAT(import("areas", "code,code,name\n431224,431224,x\n"),
              HasSubstr(R"("code":"duplicateColumn")"));
  EXPECT_THAT(import("areas", ""), StartsWith("422 "));
  EXPECT_THAT(import("areas", std::string("PK\x03\x04\0\0", 6)), HasSubstr("notText"));
  EXPECT_EQ(service->view().position(), Position{0});
}

TEST_F(Import, a_file_of_too_many_lines_is_to_be_sent_as_several) {
  const HttpToken token =
      send("POST", "/v1/imports/areas", "code,name\n" + std::string(ListReader::lines_max, '\n'),
           "text/csv");
  run(5'000);
  EXPECT_THAT(text(http.response(token).value()), StartsWith("413 "));
}

// The codes that an import gives, "row code" each, in order.
std::vector<std::string> rejections(const std::string& report) {
  std::vector<std::string> list;
  for (std::size_t at = report.find("{\"row\":"); at != std::string::npos;
       at = report.find("{\"row\":", at + 1)) {
    const std::size_t code = report.find("\"code\":\"", at) + 8;
    list.push_back(report.substr(at + 7, report.find(',', at) - at - 7) + " " +
                   report.substr(code, report.find('"', code) - code));
  }
  return list;
}

TEST_F(Import, an_area_lands_only_under_one_that_landed) {
  import("areas", "code,name\n431224,溆浦县\n");
  const std::string report =
      import("areas",
             "code,name\n431224999001001,网格\n431224999001,村\n43122499900,镇\n"
             "43122499900100101,微网格\n431224100,卢峰镇\n431224100001,警予社区\n");
  EXPECT_THAT(rejections(report), ElementsAre("1 unknownParent", "2 unknownParent",
                                              "3 notAnAreaCode", "4 unknownParent"));
  EXPECT_THAT(report, HasSubstr("\"landed\":2"));
}

TEST_F(Import, a_list_of_two_counties_does_not_settle_which_one_the_log_is_of) {
  const std::string two = "code,name\n431225,会同县\n431224,溆浦县\n431224100,卢峰镇\n";
  EXPECT_THAT(import("areas", two), HasSubstr("severalCounties"));
  EXPECT_EQ(service->view().position(), Position{0});
  const std::string unreadable =
      "code,name\n431225,会同县\n431224,溆浦县,\n431224100,卢峰镇,\n43122410000000000,\n";
  EXPECT_THAT(import("areas", unreadable), HasSubstr("severalCounties"))
      << "rows that are to be mended first";
  EXPECT_EQ(service->view().position(), Position{0});
  EXPECT_THAT(import("areas", areas_csv), HasSubstr("\"landed\":3"));
  EXPECT_THAT(rejections(import("areas", two)), ElementsAre("1 otherCounty"));
}

const std::string households_header =
    "key,dwelling_key,area,kind,dwelling_state,registered,usual\n";

TEST_F(Import, rows_about_one_door_see_each_other_and_say_the_same_the_second_time) {
  set_up_county();
  const std::string list = households_header +
                           "H10,D10,431224100001001,family,inUse,4,3\n"
                           ",D10,431224100001001,,vacant,,\n"
                           "H11,D10,431224100001,tenant,inUse,1,1\n"
                           "H12,D10,431224100001001,tenant,,1,1\n"
                           "H12,D10,431224100001001,family,,1,1\n"
                           "H13,D13,431224999001,family,vacant,1,1\n"
                           "H14,D13,431224100001001,family,inUse,1,1\n";
  const std::vector<std::string> expected{"2 duplicateKey", "3 duplicateKey", "5 duplicateKey",
                                          "6 unknownArea"};
  const std::string first = import("households", list);
  EXPECT_EQ(rejections(first), expected) << first;
  EXPECT_THAT(first, HasSubstr("\"landed\":3")) << "a rejected row says nothing of a door";
  const std::string second = import("households", list);
  EXPECT_EQ(rejections(second), expected) << second;
  EXPECT_THAT(second, HasSubstr("\"landed\":0,\"unchanged\":3"));
}

TEST_F(Import, keys_that_look_the_same_are_one_key) {
  set_up_county();
  const std::string list =
      "key,kind,home\nHZ1,clerk,431224\nＨＺ１,clerk,431224\nHZ1\u200b,clerk,431224\n"
      "\u3000HZ1\ufeff,clerk,431224\n";
  EXPECT_THAT(import("workers", list), HasSubstr("\"landed\":1,\"unchanged\":3"));
}

TEST_F(Import, keys_that_lost_their_zeros_are_not_taken_for_new_ones) {
  set_up_county();
  import("workers", "key,kind,home\n0012,clerk,431224\n0345,clerk,431224\n");
  const auto before = service->view().position();
  const std::string cut = "key,kind,home\n12,clerk,431224\n9,clerk,431224\n";
  EXPECT_THAT(import("workers", cut), AllOf(StartsWith("422 "), HasSubstr("12 / 0012")));
  EXPECT_THAT(import("workers", "key,kind,home\n00345,clerk,431224\n"),
              HasSubstr("keysWithOtherZeros"))
      << "zeros that came back";
  EXPECT_EQ(service->view().position(), before);
  EXPECT_THAT(import("workers", cut, "?keysAreNew=true"), HasSubstr("\"landed\":2"));
  EXPECT_THAT(import("workers", cut), HasSubstr("\"unchanged\":2")) << "known by now";
}

TEST_F(Import, a_key_of_another_list_that_lost_its_zeros_is_told_so) {
  set_up_county();
  import("workers", "key,kind,home\n0431224100001,clerk,431224\n");
  EXPECT_THAT(import("workers", "key,kind,home\n431224100001,clerk,431224\n"),
              HasSubstr("keysWithOtherZeros"))
      << "long ones too";
  EXPECT_THAT(import("responsibilities",
                     "key,area,level,role,worker_key,basis,from\n"
                     "R1,431224100001,包村,牵头责任人,431224100001,结对,2022-03-01\n"),
              AllOf(HasSubstr("unknownWorker"), HasSubstr("0431224100001 is known")));
}

TEST_F(Import, a_door_may_be_known_by_the_key_that_lost_its_zeros) {
  set_up_county();
  import("households", households_header + ",0012,431224100001001,,vacant,,\n");
  EXPECT_THAT(import("households", households_header + "12,,431224100001001,family,,1,1\n"),
              HasSubstr("keysWithOtherZeros"));
}

TEST_F(Import, what_stops_takes_no_further_rows_and_says_so) {
  set_up_county();
  std::string csv = "key,kind,home\n";
  for (int i = 0; i < 5'000; ++i) csv += "S" + std::to_string(i) + ",clerk,431224\n";
  const HttpToken first = send("POST", "/v1/imports/workers", csv, "text/csv");
  const HttpToken second = send("POST", "/v1/imports/workers", csv, "text/csv");
  run(12);
  service->drain();
  run(300);
  EXPECT_TRUE(service->drained());
  EXPECT_THAT(text(http.response(first).value()), StartsWith("503 "));
  EXPECT_THAT(text(http.response(second).value()), StartsWith("503 "));
  EXPECT_LT(service->view().known().roster().workers_by_home().begin()->second.size(), 5'000u);
}

TEST_F(Import, long_keys_that_all_end_in_zeros_are_asked_about) {
  set_up_county();
  const std::string cut = "key,kind,home\n431224199901010000,clerk,431224\nA,clerk,431224\n";
  EXPECT_THAT(import("workers", cut), HasSubstr("keysCut"));
  EXPECT_THAT(import("workers", cut + "431224199901010017,clerk,431224\n"),
              HasSubstr("\"landed\":3"));
}

TEST_F(Import, a_withdrawn_household_is_told_and_comes_back_when_that_is_said) {
  set_up_county();
  EXPECT_THAT(post("/v1/households/" + to_string(household_of_key("H1")) + "/withdraw",
                   R"({"id":")" + to_string(id_of<EventId>(77)) +
                       R"(","reason":"movedAway","happenedAt":")" + to_string(clock.now()) + "\"}"),
              StartsWith("200 "));
  const std::string list = "key,area,kind,registered,usual\nH1,431224100001001,family,4,3\n";
  const std::string told = import("households", list);
  EXPECT_THAT(rejections(told), ElementsAre("1 withdrawn"));
  EXPECT_THAT(told, HasSubstr("--returned"));
  EXPECT_THAT(import("households", list, "?returned=perhaps"), StartsWith("422 "));
  EXPECT_THAT(import("households", list, "?returned=true"), HasSubstr("\"landed\":1"));
  EXPECT_TRUE(service->view().known().household(household_of_key("H1"))->on_roster());
  EXPECT_THAT(import("households", list, "?returned=true"), HasSubstr("\"unchanged\":1"));
}

TEST_F(Import, whoever_does_not_wait_fetches_the_report) {
  set_up_county();
  const HttpToken token =
      http.request("POST", "/v1/imports/workers", "key,kind,home\nW9,clerk,431224\n",
                   {{"content-type", "text/csv"}, {"prefer", "respond-async"}});
  run(1);
  const auto accepted = http.response(token);
  ASSERT_TRUE(accepted);
  EXPECT_THAT(text(*accepted), AllOf(StartsWith("202 "), HasSubstr("\"state\":\"waiting\"")));
  run();
  EXPECT_THAT(text(ask("GET", accepted->headers.at("Location"))),
              AllOf(StartsWith("200 "), HasSubstr("\"landed\":1")));
  EXPECT_THAT(text(ask("GET", "/v1/imports/" + to_string(id_of<EventId>(5)))), StartsWith("404 "));
}

TEST_F(Import, a_door_is_registered_once_for_its_households) {
  set_up_county();
  const std::string csv =
      "key,dwelling_key,area,kind,dwelling_state,registered,usual\n"
      "H10,D10,431224100001001,family,inUse,4,3\nH11,D10,431224100001001,tenant,inUse,0,2\n"
      ",D11,431224100001001,,vacant,,\n";
  const auto before = number(service->view().position());
  EXPECT_THAT(import("households", csv), HasSubstr("\"landed\":3"));
  EXPECT_EQ(number(service->view().position()), before + 3 + 2 + 1);
  EXPECT_THAT(import("households", csv), HasSubstr("\"unchanged\":3"));
}

TEST_F(Import, a_large_file_lands_whole) {
  set_up_county();
  std::string csv = "key,area,kind,registered,usual\n";
  for (int i = 0; i < 3000; ++i) {
    csv += "X" + std::to_string(i) + ",431224100001001,family,4,3\n";
  }
  const HttpToken token = send("POST", "/v1/imports/households", csv, "text/csv");
  run(2000);
  const auto answer = http.response(token);
  ASSERT_TRUE(answer);
  EXPECT_THAT(text(*answer), HasSubstr("\"landed\":3000"));
  const auto& roster = service->view().known().roster();
  EXPECT_EQ(roster.households().size(), 3002u);
}

TEST_F(Import, files_wait_for_each_other_and_too_many_are_told_to_come_back) {
  set_up_county();
  std::vector<HttpToken> tokens;
  for (std::size_t i = 0; i < Imports::waiting_max + 3; ++i) {
    tokens.push_back(send("POST", "/v1/imports/areas", areas_csv, "text/csv"));
  }
  run(200);
  int landed = 0;
  int refused = 0;
  for (const HttpToken token : tokens) {
    const auto answer = http.response(token);
    ASSERT_TRUE(answer);
    (answer->status == 200 ? landed : refused) += 1;
  }
  EXPECT_GE(landed, static_cast<int>(Imports::waiting_max));
  EXPECT_GE(refused, 1);
}

}  // namespace
}  // namespace doorstep::intake
