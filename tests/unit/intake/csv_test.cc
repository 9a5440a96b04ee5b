#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "services/intake/csv_reader.h"
#include "services/intake/encoding.h"
#include "services/intake/import_columns.h"
#include "services/intake/read_row.h"

namespace doorstep::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Fields = std::vector<std::string>;

std::vector<Fields> all(std::string_view text) {
  std::vector<Fields> records;
  CsvReader reader{text};
  while (auto record = reader.next()) {
    EXPECT_EQ(record->flaw, CsvFlaw::none);
    records.push_back(std::move(record->fields));
  }
  return records;
}

TEST(CsvReader, records_end_with_any_line_break_or_the_text) {
  for (const char* text : {"a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\n\n\r\nc,d\n , \n"}) {
    EXPECT_THAT(all(text), ElementsAre(Fields{"a", "b"}, Fields{"c", "d"})) << text;
  }
}

TEST(CsvReader, quotes_hold_commas_line_breaks_and_doubled_quotes) {
  EXPECT_THAT(all("\"a,b\",\"c\nd\",\"e \"\"f\"\"\"\n\"\",x\n"),
              ElementsAre(Fields{"a,b", "c\nd", "e \"f\""}, Fields{"", "x"}));
}

std::vector<CsvFlaw> flaws(std::string_view text) {
  std::vector<CsvFlaw> list;
  CsvReader reader{text};
  while (const auto record = reader.next()) list.push_back(record->flaw);
  return list;
}

TEST(CsvReader, a_broken_record_is_told_and_the_next_one_is_read) {
  EXPECT_THAT(flaws("a\"b,c\nd\n"), ElementsAre(CsvFlaw::quote_in_field, CsvFlaw::none));
  EXPECT_THAT(flaws("\"a\"b,c\nd\n"), ElementsAre(CsvFlaw::text_after_quote, CsvFlaw::none));
  EXPECT_THAT(flaws("x,\"a,c\nd\n"), ElementsAre(CsvFlaw::open_quote, CsvFlaw::none));
  const std::string long_field(5000, 'x');
  EXPECT_THAT(flaws(long_field + "\nd\n"), ElementsAre(CsvFlaw::field_too_long, CsvFlaw::none));
  const std::string many_fields(100, ',');
  EXPECT_THAT(flaws(many_fields + "x\nd\n"), ElementsAre(CsvFlaw::too_many_fields, CsvFlaw::none));
}

TEST(CsvReader, random_bytes_come_to_an_end) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  constexpr std::string_view letters = "\",\n\r ab";
  for (int round = 0; round < 5'000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    CsvReader reader{text};
    std::size_t records = 0;
    while (reader.next()) ASSERT_LE(++records, text.size());
  }
}

const std::string in_gb18030 = "\xbb\xa7\xb1\xe0\xba\xc5";  // 户编号

TEST(Encoding, utf8_is_read_with_and_without_a_mark) {
  EXPECT_EQ(to_utf8("户编号", {}), "户编号");
  EXPECT_EQ(to_utf8("\xef\xbb\xbf户编号", {}), "户编号");
  EXPECT_EQ(to_utf8("", {}), "");
}

TEST(Encoding, what_is_not_utf8_is_read_as_gb18030) {
  EXPECT_EQ(to_utf8(in_gb18030, {}), "户编号");
  EXPECT_EQ(to_utf8(in_gb18030, Encoding::gb18030), "户编号");
  EXPECT_EQ(to_utf8("\x81\x39\xef\x30", {}), "㐁") << "four bytes: beyond GBK";
}

TEST(Encoding, what_was_stated_counts) {
  const auto refused = to_utf8(in_gb18030, Encoding::utf8);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().en, HasSubstr("encoding=gb18030"));
  EXPECT_EQ(parse_encoding("GBK"), Encoding::gb18030);
  EXPECT_EQ(parse_encoding("UTF-8"), Encoding::utf8);
  EXPECT_EQ(parse_encoding("latin-1"), std::nullopt);
}

TEST(Encoding, binary_files_are_named_for_what_they_are) {
  using namespace std::string_literals;
  EXPECT_THAT(to_utf8("PK\x03\x04rest", {}).error().en, HasSubstr("spreadsheet"));
  EXPECT_THAT(to_utf8("\xd0\xcf\x11\xe0rest", {}).error().en, HasSubstr("spreadsheet"));
  EXPECT_THAT(to_utf8("\xff\xfe"s + "a\0"s, {}).error().en, HasSubstr("UTF-16"));
  EXPECT_THAT(to_utf8("a,\0b"s, {}).error().en, HasSubstr("binary"));
  EXPECT_THAT(to_utf8("a,\xff\xff\xff", {}).error().en, HasSubstr("neither"));
}

std::vector<std::string> header_problems(ImportKind kind, const Fields& header) {
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
  const auto places = find_columns(ImportKind::workers, Fields{"所在区划", " Key ", "类别", ""});
  ASSERT_TRUE(places);
  EXPECT_THAT(*places, ElementsAre(1, 2, 0));
  EXPECT_TRUE(find_columns(ImportKind::households, Fields{"户编号", "Dwelling Key", "area", "kind",
                                                          "registered", "usual"}));
}

TEST(ImportColumns, that_are_missing_twice_there_or_unknown_are_named) {
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind"}), ElementsAre("missingColumn"));
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind", "home", "类别"}),
              ElementsAre("duplicateColumn"));
  EXPECT_THAT(header_problems(ImportKind::workers, {"key", "kind", "home", "phone"}),
              ElementsAre("unknownColumn"));
  EXPECT_THAT(header_problems(ImportKind::areas, {}),
              ElementsAre("missingColumn", "missingColumn"));
}

// "column code" of what is wrong with a row; empty: nothing.
std::string row_problem(ImportKind kind, std::string_view header, std::string_view row) {
  const std::string text = std::string{header} + "\n" + std::string{row};
  CsvReader reader{text};
  const auto places = find_columns(kind, reader.next()->fields);
  EXPECT_TRUE(places);
  const auto read = read_row(kind, *places, *reader.next());
  if (read) return {};
  EXPECT_FALSE(read.error().detail.zh.empty());
  EXPECT_FALSE(read.error().detail.en.empty());
  return read.error().column + " " + read.error().code;
}

TEST(ReadRow, of_areas) {
  const auto problem = [](std::string_view row) {
    return row_problem(ImportKind::areas, "code,name", row);
  };
  EXPECT_EQ(problem("431224100,卢峰镇"), "");
  EXPECT_EQ(problem("4.31E+11,卢峰镇"), "code notAnAreaCode");
  EXPECT_EQ(problem(",卢峰镇"), "code missing");
  EXPECT_EQ(problem("431224100"), "name missing");
  EXPECT_EQ(problem("431224100," + std::string(301, 'n')), "name tooLong");
  EXPECT_EQ(problem("431224100,\"卢峰镇"), " malformedRow");
}

TEST(ReadRow, of_households) {
  const auto problem = [](std::string_view row) {
    return row_problem(ImportKind::households,
                       "key,dwelling_key,area,kind,dwelling_state,registered,usual,present,"
                       "away_in_county,away_outside",
                       row);
  };
  EXPECT_EQ(problem("H1,D1,431224100001,family,inUse,4,3,2,1,0"), "");
  EXPECT_EQ(problem("H1,,431224100001,家庭户,,4,3,,,"), "");
  EXPECT_EQ(problem(",D1,431224100001,,vacant,,,,,"), "") << "a door where nobody lives";
  EXPECT_EQ(problem(",,431224100001,,空置,,,,,"), "key missing");
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
  EXPECT_EQ(problem("R1,,431224100001,包村,牵头责任人,W1,县里安排,2022-03-01T08:00:00+08:00"), "");
  EXPECT_EQ(problem("R1,,,coversHousehold,lead,W1,pairing,2022-03-01"),
            "household_key contradiction");
  EXPECT_EQ(problem("R1,H1,431224100001,coversHousehold,lead,W1,pairing,2022-03-01"),
            "area contradiction");
  EXPECT_EQ(problem("R1,H1,,coversHousehold,lead,W1,pairing,yesterday"), "from notATime");
  EXPECT_EQ(problem("R1,H1,,coversHousehold,lead,,pairing,2022-03-01"), "worker_key missing");
}

}  // namespace
}  // namespace doorstep::intake
