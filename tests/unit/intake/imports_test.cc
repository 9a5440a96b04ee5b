#include "services/intake/imports.h"

#include "tests/unit/intake/intake_in_memory.h"

namespace doorstep::intake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Import : public testing::Test, public IntakeInMemory {};

const std::string areas_csv = "code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,警予社区\n";

TEST_F(Import, a_second_run_lands_nothing) {
  set_up_county();
  const auto before = service->view().position();
  EXPECT_EQ(import("areas", areas_csv),
            R"(200 {"rows":3,"landed":0,"unchanged":3,"rejected":0,"errors":[]})");
  EXPECT_EQ(import("workers", "key,kind,home\nW1,gridWorker,431224100001\nW2,clerk,431224\n"),
            R"(200 {"rows":2,"landed":0,"unchanged":2,"rejected":0,"errors":[]})");
  EXPECT_EQ(service->view().position(), before);
  start_intake();
  run();
  EXPECT_THAT(import("areas", areas_csv), HasSubstr("\"unchanged\":3")) << "after a restart too";
}

TEST_F(Import, good_rows_land_and_each_bad_row_is_explained) {
  const std::string report = import(
      "areas", "code,name\n431224,溆浦县\n43,短\n431224100,\n\n431224200,别处\n431299,别县\n");
  EXPECT_THAT(report, StartsWith(R"(200 {"rows":5,"landed":2,"unchanged":0,"rejected":3,)"));
  EXPECT_THAT(report,
              HasSubstr(R"({"row":2,"column":"code","code":"notAnAreaCode","value":"43",)"));
  EXPECT_THAT(report, HasSubstr(R"({"row":3,"column":"name","code":"missing","value":"",)"));
  EXPECT_THAT(report, HasSubstr(R"({"row":5,"column":"code","code":"otherCounty",)"));
}

TEST_F(Import, rows_are_numbered_from_where_the_part_begins) {
  EXPECT_THAT(import("areas", "code,name\n43,x\n", "?firstRow=501"), HasSubstr(R"("row":501,)"));
  EXPECT_THAT(import("areas", "code,name\n43,x\n", "?firstRow=0"), StartsWith("422 "));
  EXPECT_THAT(import("areas", "code,name\n43,x\n", "?firstRow=1x"), StartsWith("422 "));
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
  EXPECT_THAT(report, HasSubstr(R"("row":3,"column":"","code":"duplicateKey")"));
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

TEST_F(Import, a_file_of_too_many_lines_is_to_be_sent_in_parts) {
  EXPECT_THAT(import("areas", "code,name\n" + std::string(Imports::lines_max, '\n')),
              StartsWith("413 "));
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
