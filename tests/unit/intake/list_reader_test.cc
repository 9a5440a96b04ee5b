#include "services/intake/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <random>

#include "services/intake/cell.h"

namespace doorstep::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  std::vector<std::string> names{};  // of areas, or the code of what is wrong with the row
  std::string refusal{};             // the code of what is wrong with the file
  std::size_t title_rows{};
  std::size_t steps{};
};

Read read(std::string bytes, std::optional<Encoding> encoding = {}) {
  ListReader list{{.kind = ImportKind::areas, .bytes = std::move(bytes), .encoding = encoding}};
  Read result;
  for (;;) {
    ReadingBudget budget;
    ++result.steps;
    const auto opened = list.open(budget);
    if (opened == ListReader::Opened::refused) {
      result.refusal = list.refusal().front().code;
      return result;
    }
    if (opened == ListReader::Opened::ready) break;
  }
  result.title_rows = list.title_rows();
  while (!list.at_end()) {
    ReadingBudget budget;
    ++result.steps;
    while (const auto row = list.next(budget)) {
      EXPECT_EQ(row->number, result.names.size() + 1);
      result.names.push_back(row->what ? std::get<AreaRow>(*row->what).name
                                       : row->what.error().code);
    }
  }
  return result;
}

std::string in_gb18030(std::string text) {
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string bytes(4 * text.size() + 4, '\0');
  char* from = text.data();
  std::size_t from_left = text.size();
  char* to = bytes.data();
  std::size_t to_left = bytes.size();
  EXPECT_NE(iconv(converter, &from, &from_left, &to, &to_left), static_cast<std::size_t>(-1));
  iconv_close(converter);
  bytes.resize(bytes.size() - to_left);
  return bytes;
}

const std::string header = "code,name\n";

TEST(ListReader, a_row_in_another_encoding_is_refused_by_its_number) {
  const std::string mixed =
      header + "431224100,卢峰镇\n431224102,低庄镇\n" + in_gb18030("431224103,桥江镇\n");
  EXPECT_THAT(read(mixed).names, ElementsAre("卢峰镇", "低庄镇", "otherEncoding"));
  EXPECT_THAT(read("\xef\xbb\xbf" + mixed).names, ElementsAre("卢峰镇", "低庄镇", "otherEncoding"))
      << "a mark";
  const std::string other =
      in_gb18030(header + "431224100,卢峰镇\n431224102,低庄镇\n") + "431224103,桥头\n";
  EXPECT_THAT(read(other).names, ElementsAre("卢峰镇", "低庄镇", "otherEncoding"));
  EXPECT_THAT(read(other, Encoding::gb18030).names,
              ElementsAre("卢峰镇", "低庄镇", "otherEncoding"));
}

// However far apart the rows are: the file is one.
TEST(ListReader, one_row_does_not_turn_the_others_of_a_large_file) {
  std::string bytes = header;
  for (int i = 0; i < 30'000; ++i) bytes += "431224100001,桥头\n";
  bytes.insert(header.size() + 25'000 * 20, in_gb18030("431224100001,桥头\n"));
  const Read result = read(std::move(bytes));
  EXPECT_EQ(std::ranges::count(result.names, "桥头"), 30'000);
  EXPECT_EQ(std::ranges::count(result.names, "otherEncoding"), 1);
}

// 路3 is valid UTF-8, too: ·3.
TEST(ListReader, a_short_row_of_the_files_encoding_lands) {
  const std::string bytes = in_gb18030(header + "431224100001,路3\n431224100002,桥头\n");
  EXPECT_THAT(read(bytes).names, ElementsAre("路3", "桥头"));
  EXPECT_THAT(read(in_gb18030(header + "431224100001,路3\n"), Encoding::gb18030).names,
              ElementsAre("路3"));
}

TEST(ListReader, what_is_said_to_be_utf8_may_hold_foreign_names) {
  EXPECT_THAT(read("\xef\xbb\xbf" + header + "431224100001,Иванов村\n431224100002,Łódź\n").names,
              ElementsAre("Иванов村", "Łódź"));
  EXPECT_THAT(read(header + "431224100001,桥头\n431224100002,Иванов\n", Encoding::utf8).names,
              ElementsAre("桥头", "Иванов"));
}

TEST(ListReader, a_stated_encoding_and_a_mark_must_agree) {
  EXPECT_EQ(read("\xef\xbb\xbf" + header, Encoding::gb18030).refusal, "notText");
  EXPECT_EQ(read("\xef\xbb\xbf" + header, Encoding::utf8).refusal, "");
  EXPECT_EQ(read("\x84\x31\x95\x33" + in_gb18030(header + "431224100,卢峰镇\n")).names,
            std::vector<std::string>{"卢峰镇"});
}

TEST(ListReader, a_title_above_the_headings_is_passed_over) {
  const Read result =
      read("溆浦县行政区划一览表,\n\n,2022 年 3 月\n区划代码,名称\n431224100,卢峰镇\n");
  EXPECT_THAT(result.names, ElementsAre("卢峰镇"));
  EXPECT_EQ(result.title_rows, 3u) << "as a spreadsheet counts them";
  EXPECT_EQ(read(std::string(ListReader::rows_above_max, '\n') + header).refusal, "missingColumn")
      << "nobody looks for headings for ever";
  EXPECT_EQ(read("某表\n某某\n另外\n又一\n再一\n还有\n区划代码,名称\n").refusal, "unknownColumn")
      << "too far down";
}

TEST(ListReader, lines_without_content_are_passed_over_and_not_counted) {
  EXPECT_THAT(read(header + "\n , \n\u3000,\n431224100,卢峰镇\r\n,,,,\n\n43,短\n").names,
              ElementsAre("卢峰镇", "notAnAreaCode"));
}

TEST(ListReader, a_broken_header_is_explained) {
  EXPECT_EQ(read("\"code,name\n431224100,卢峰镇\n").refusal, "malformedRow");
  EXPECT_EQ(read("").refusal, "missingColumn");
  EXPECT_EQ(read("PK\x03\x04").refusal, "notText");
  EXPECT_EQ(read(header + std::string(ListReader::lines_max, '\n')).refusal, "tooLarge");
}

TEST(ListReader, no_step_reads_more_than_its_budget) {
  const std::string blank(1'000'000, '\n');
  EXPECT_GT(read(header + blank.substr(0, ListReader::lines_max / 2)).steps, 1'000u);
  // A line that is longer than a row can be is not looked at, whatever it says.
  const std::string one_line(2'000'000, '\xc7');
  EXPECT_THAT(read(header + one_line + "\n431224100,卢峰镇\n").names,
              ElementsAre("malformedRow", "卢峰镇"));
}

// Any table of cells, written in any way that spreadsheets write one.
class TableOfCells {
 public:
  explicit TableOfCells(std::uint64_t seed) : random_{seed} {
    const std::size_t rows = 1 + pick(12);
    for (std::size_t i = 0; i < rows; ++i) names.push_back(name());
  }

  std::vector<std::string> names{};

  std::string written(Encoding encoding) {
    const std::string_view line_end = std::vector<std::string_view>{"\n", "\r\n", "\r"}[pick(3)];
    const bool all_quoted = pick(2) == 0;
    std::string text;
    if (pick(3) == 0) text += cell("某县行政区划", all_quoted) + "," + std::string{line_end};
    text += cell("区划代码", all_quoted) + ',' + cell("名称", all_quoted) + std::string{line_end};
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += cell(std::to_string(431'224'100'001'001 + i), all_quoted) + ',' +
              cell(names[i], all_quoted);
      if (i + 1 < names.size() || pick(2) == 0) text += line_end;
    }
    std::string bytes = encoding == Encoding::utf8 ? text : in_gb18030(text);
    if (pick(3) == 0)
      bytes.insert(0, encoding == Encoding::utf8 ? "\xef\xbb\xbf" : "\x84\x31\x95\x33");
    return bytes;
  }

 private:
  std::size_t pick(std::size_t of) { return random_() % of; }

  std::string name() {
    static const std::vector<std::string> pieces{"溆", "浦", "双", "溪", "沙",     "坪", "石", "桥",
                                                 "头", "县", "第", "一", "网",     "格", "A",  "7",
                                                 "\"", ",",  " ",  "（", "）",     "·",  "①",  "漵",
                                                 "縣", "㐁", "é",  "Ω",  "\u200b", "\n", "𠮷"};
    std::string text;
    for (std::size_t letters = 1 + pick(8); letters > 0; --letters)
      text += pieces[pick(pieces.size())];
    return text;
  }

  static bool needs_quotes(const std::string& text) {
    return text.find_first_of(",\"\r\n") != std::string::npos;
  }
  static std::string cell(const std::string& text, bool quoted) {
    if (!quoted && !needs_quotes(text)) return text;
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string{"\"\""} : std::string{c};
    return cell + '"';
  }

  std::mt19937_64 random_;
};

// Of letters in everyday use, and something of it can be seen.
bool is_plain(const std::string& name) {
  for (const char* odd : {"漵", "縣", "㐁", "é", "Ω", "\u200b", "\n", "𠮷"}) {
    if (name.find(odd) != std::string::npos) return false;
  }
  return !trimmed(name).empty();
}

TEST(ListReader, any_table_is_read_as_it_was_or_refused_by_row) {
  const char* given = std::getenv("DOORSTEP_SEED");
  const std::uint64_t first = given ? std::stoull(given) : std::random_device{}();
  const std::uint64_t count = given ? 1 : 3'000;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    TableOfCells table{seed};
    for (const Encoding encoding : {Encoding::utf8, Encoding::gb18030}) {
      const Read result = read(table.written(encoding));
      if (!result.refusal.empty()) {
        ASSERT_EQ(result.refusal, "notText")
            << "a file whose encoding cannot be told; seed " << seed;
        continue;
      }
      ASSERT_EQ(result.names.size(), table.names.size()) << "DOORSTEP_SEED=" << seed;
      for (std::size_t i = 0; i < table.names.size(); ++i) {
        const bool was_refused = result.names[i] == "otherEncoding" ||
                                 result.names[i] == "invisibleLetter" ||
                                 result.names[i] == "missing";
        if (!was_refused) {
          ASSERT_EQ(result.names[i], trimmed(table.names[i])) << "DOORSTEP_SEED=" << seed;
        }
      }
      // Where somebody says which encoding it is, every row of plain letters is read.
      const Read stated = read(table.written(encoding), encoding);
      ASSERT_EQ(stated.refusal, "") << "DOORSTEP_SEED=" << seed;
      ASSERT_EQ(stated.names.size(), table.names.size()) << "DOORSTEP_SEED=" << seed;
      for (std::size_t i = 0; i < table.names.size(); ++i) {
        if (!is_plain(table.names[i])) continue;
        ASSERT_EQ(stated.names[i], trimmed(table.names[i])) << "DOORSTEP_SEED=" << seed;
      }
    }
  }
}

}  // namespace
}  // namespace doorstep::intake
