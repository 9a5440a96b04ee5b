#include "services/intake/read_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/intake/list_reader.h"

namespace doorstep::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Cells = std::vector<std::string>;

std::vector<std::string> header_problems(ImportKind kind, const Cells& header) {
  const auto places = find_columns(kind, header);
  std::vector<std::string> codes;
  if (places) return codes;
  for (const FieldProblem& problem : places.error()) {
    EXPECT_FALSE(problem.detail.zh.empty());
    codes.push_back(problem.code);
  }
  return codes;
}

TEST(ImportColumns, are_found_in_any_order_and_in_both_languages) {
  const auto places = find_columns(ImportKind::workers, Cells{"所在区划", " Key ", "类别", ""});
  ASSERT_TRUE(places);
  EXPECT_THAT(*places, ElementsAre(1, 2, 0));
  EXPECT_TRUE(find_columns(ImportKind::households, Cells{"户编号", "Dwelling Key", "area", "kind",
                                                         "户籍\n人数", "常住 人数"}));
}

TEST(ImportColumns, that_are_missing_twice_there_or_unknown_are_named) {
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind"}), ElementsAre("missingColumn"));
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind", "home", "类别"}),
              ElementsAre("duplicateColumn"));
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind", "home", "phone"}),
              ElementsAre("unknownColumn"));
  EXPECT_THAT(header_problems(ImportKind::areas, {}),
              ElementsAre("missingColumn", "missingColumn"));
  for (const char* header : {"code\tname", "code;name", "区划代码，名称"}) {
    EXPECT_THAT(header_problems(ImportKind::areas, {header}), ElementsAre("notCommaSeparated"));
  }
}

// The first row of a list; what its first problem is.
std::expected<ImportRow, RowProblem> first_row(ImportKind kind, std::string_view header,
                                               std::string_view row) {
  ListReader list{{.kind = kind,
                   .bytes = std::string{header} + "\n" + std::string{row} + "\n",
                   .encoding = Encoding::utf8}};
  ReadingBudget budget;
  EXPECT_EQ(list.open(budget), ListReader::Opened::ready);
  auto first = list.next(budget);
  EXPECT_TRUE(first);
  return first->what;
}

// "column code" of what is wrong with a row; empty: nothing.
std::string row_problem(ImportKind kind, std::string_view header, std::string_view row) {
  const auto read = first_row(kind, header, row);
  if (read) return {};
  EXPECT_FALSE(read.error().detail.zh.empty());
  EXPECT_FALSE(read.error().detail.en.empty());
  return read.error().column + " " + read.error().code;
}

std::string area_problem(std::string_view row) {
  return row_problem(ImportKind::areas, "code,name", row);
}

TEST(ReadRow, of_areas) {
  EXPECT_EQ(area_problem("431224100,卢峰镇"), "");
  EXPECT_EQ(area_problem("４３１２２４１００,卢峰镇"), "") << "full-width digits";
  EXPECT_EQ(area_problem("4.31E+11,卢峰镇"), "code notAnAreaCode");
  EXPECT_EQ(area_problem(",卢峰镇"), "code missing");
  EXPECT_EQ(area_problem("431224100,"), "name missing");
  EXPECT_EQ(area_problem("431224100," + std::string(301, 'n')), "name tooLong");
  EXPECT_EQ(area_problem("431224100,\"卢峰镇"), " malformedRow");
}

TEST(ReadRow, every_row_is_as_wide_as_the_header) {
  EXPECT_EQ(area_problem("431224100"), " tooFewCells");
  EXPECT_EQ(area_problem("431224100,卢峰镇,"), " tooManyCells");
  EXPECT_EQ(row_problem(ImportKind::households, "key,area,kind,registered,usual",
                        "H1,431224100001001,family,1,234,3"),
            " tooManyCells")
      << "a thousands separator";
}

TEST(ReadRow, a_cell_under_an_empty_heading_is_refused_and_not_shown) {
  const auto read = first_row(ImportKind::areas, "code,name,,", "431224100,卢峰镇,,13900000000");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "cellWithoutHeading");
  EXPECT_EQ(read.error().value, "");
  EXPECT_THAT(read.error().detail.en, HasSubstr("cell 4"));
  EXPECT_EQ(row_problem(ImportKind::areas, "code,name,,", "431224100,卢峰镇,, "), "");
}

TEST(ReadRow, codes_that_a_spreadsheet_may_have_cut_are_asked_about) {
  EXPECT_EQ(area_problem("43122410000100100,第一微网格"), "code maybeCut");
  EXPECT_EQ(area_problem("431224100001000,某网格"), "code maybeCut");
  EXPECT_EQ(area_problem("431224100000,卢峰镇"), "") << "the national form";
  EXPECT_EQ(area_problem("43122410000100101,第一微网格"), "");
  const auto read = first_row(ImportKind::areas, "code,name", "43122410000100100,某");
  EXPECT_THAT(read.error().detail.en, HasSubstr("431224100001001"));
}

TEST(ReadRow, columns_beside_the_code_must_not_contradict_it) {
  const auto problem = [](std::string_view row) {
    return row_problem(ImportKind::areas, "code,name,level,parent", row);
  };
  EXPECT_EQ(problem("431224100000,卢峰镇,township,431224000000"), "");
  EXPECT_EQ(problem("431224100,卢峰镇,镇,431224"), "");
  EXPECT_EQ(problem("431224,溆浦县,县,431200000000"), "");
  EXPECT_EQ(problem("431224,溆浦县,county,"), "");
  EXPECT_EQ(problem("431224100000,警予社区,village,431224100"), "level contradiction");
  EXPECT_EQ(problem("431224100001,警予社区,村,431224102"), "parent contradiction");
  EXPECT_EQ(problem("431224,溆浦县,县,430100000000"), "parent contradiction");
  EXPECT_EQ(problem("431224100001,警予社区,hamlet,"), "level notInList");
}

TEST(ReadRow, invisible_letters_are_trimmed_at_the_ends_and_refused_inside) {
  const auto workers = [](std::string_view row) {
    return row_problem(ImportKind::workers, "key,kind,home", row);
  };
  EXPECT_EQ(workers("W1\u200b,gridWorker,431224100001"), "");
  EXPECT_EQ(workers("W\u200b1,gridWorker,431224100001"), "key invisibleLetter");
  EXPECT_EQ(workers("W1,grid\u00adWorker,431224100001"), "kind invisibleLetter");
  EXPECT_EQ(workers("W1,gridWorker,\"431224\n100001\""), "home invisibleLetter");
}

// Bringing accents in order takes the square of their number.
TEST(ReadRow, what_is_too_long_for_its_column_is_brought_into_no_form) {
  std::string accents;
  for (int i = 0; i < 400; ++i) accents += i < 200 ? "\u0301" : "\u0316";
  const auto problem = [&](const std::string& row) {
    return row_problem(ImportKind::workers, "key,kind,home", row);
  };
  EXPECT_EQ(problem(accents + ",gridWorker,431224100001"), "key tooLong");
  EXPECT_EQ(problem("W1," + accents + ",431224100001"), "kind tooLong");
  EXPECT_EQ(problem("W1,gridWorker," + accents), "home tooLong");
  EXPECT_THAT(header_problems(ImportKind::areas, {"code", "name", accents}),
              ElementsAre("unknownColumn"));
}

TEST(ReadRow, keys_come_in_their_normal_form) {
  const auto key = [](std::string_view given) {
    const auto read = first_row(ImportKind::workers, "key,kind,home",
                                std::string{given} + ",gridWorker,431224100001");
    return read ? std::get<WorkerRow>(*read).key : read.error().code;
  };
  EXPECT_EQ(key("ＨＺ１"), "HZ1");
  EXPECT_EQ(key("HZ1\ufeff"), "HZ1");
  EXPECT_EQ(key("\u0661\u0662"), "12");
  EXPECT_EQ(key("4.31224E+17"), "notAKey");
  EXPECT_EQ(key("E1"), "E1");
  EXPECT_EQ(key("1E"), "1E");
  EXPECT_EQ(key("2E101"), "2E101") << "building 2, entrance E, room 101";
}

TEST(ReadRow, of_households) {
  const auto problem = [](std::string_view row) {
    return row_problem(ImportKind::households,
                       "key,dwelling_key,area,kind,dwelling_state,registered,usual,present,"
                       "away_in_county,away_outside",
                       row);
  };
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,4,3,2,1,0"), "");
  EXPECT_EQ(problem("H1,,431224100001,家庭户,,４,3,,,"), "");
  EXPECT_EQ(problem(",D1,431224100001,,vacant,,,,,"), "") << "a door where nobody lives";
  EXPECT_EQ(problem("H1,,431224100001,,vacant,,0,,,"), "") << "it has no key of its own";
  EXPECT_EQ(problem(",,431224100001,,空置,,,,,"), "key missing");
  EXPECT_EQ(problem("H1,D1,431224100001,,vacant,,,,,"), "key contradiction");
  EXPECT_EQ(problem(",D1,431224100001,,vacant,,3,,,"), "usual contradiction");
  EXPECT_EQ(problem(",D1,431224100001,,vacant,,,,,2"), "away_outside contradiction");
  EXPECT_EQ(problem(",D1,431224100001,family,inUse,4,3,2,1,0"), "key missing");
  EXPECT_EQ(problem("H1,D1,431224100001,,inUse,4,3,2,1,0"), "kind missing");
  EXPECT_EQ(problem("H1,D1,431224100001,palace,inUse,4,3,2,1,0"), "kind notInList");
  EXPECT_EQ(problem("H1,D1,431224100001,family,gone,4,3,2,1,0"), "dwelling_state notInList");
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,,3,2,1,0"), "registered missing");
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,4,,2,1,0"), "usual missing");
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,-4,3,2,1,0"), "registered outOfRange");
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,4,3.0,2,1,0"), "usual outOfRange");
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,4,3,2,1,5001"), "away_outside outOfRange");
}

TEST(ReadRow, of_workers_and_responsibilities) {
  EXPECT_EQ(row_problem(ImportKind::workers, "key,kind,home", "W1,gridWorker,431224100001"), "");
  EXPECT_EQ(row_problem(ImportKind::workers, "key,kind,home", "W1,wizard,431224100001"),
            "kind notInList");
  const auto problem = [](std::string_view row) {
    return row_problem(ImportKind::responsibilities,
                       "key,household_key,area,level,role,worker_key,basis,from", row);
  };
  EXPECT_EQ(problem("R1,H1,,coversHousehold,lead,W1,pairing,2022-03-01"), "");
  EXPECT_EQ(problem("R1,,431224100001,包村,牵头责任人,W1,县里安排,2022/3/1 8:00"), "");
  EXPECT_EQ(problem("R1,,,coversHousehold,lead,W1,pairing,2022-03-01"),
            "household_key contradiction");
  EXPECT_EQ(problem("R1,H1,431224100001,coversHousehold,lead,W1,pairing,2022-03-01"),
            "area contradiction");
  EXPECT_EQ(problem("R1,H1,,coversHousehold,lead,W1,pairing,yesterday"), "from notATime");
  EXPECT_EQ(problem("R1,H1,,coversHousehold,lead,,pairing,2022-03-01"), "worker_key missing");
}

TEST(ReadRow, two_levels_in_one_row_must_not_contradict_each_other) {
  const auto problem = [](std::string_view subject_and_level) {
    return row_problem(ImportKind::responsibilities,
                       "key,household_key,area,level,role,worker_key,basis,from",
                       "R1," + std::string{subject_and_level} + ",lead,W1,pairing,2022-03-01");
  };
  EXPECT_EQ(problem(",431224100001,coversVillage"), "");
  EXPECT_EQ(problem(",431224100001001,coversVillage"), "level contradiction");
  EXPECT_EQ(problem(",431224100,coversVillage"), "level contradiction");
  EXPECT_EQ(problem(",431224100001001,coversGrid"), "");
  EXPECT_EQ(problem(",431224100001,coversGrid"), "level contradiction");
  EXPECT_EQ(problem(",431224100001,coversHousehold"), "level contradiction");
  EXPECT_EQ(problem("H1,,coversVillage"), "level contradiction");
  EXPECT_EQ(problem("H1,,contactPoint"), "level contradiction");
  EXPECT_EQ(problem(",431224100,contactPoint"), "");
  EXPECT_EQ(problem("H1,,neighbour"), "");
}

}  // namespace
}  // namespace doorstep::intake
