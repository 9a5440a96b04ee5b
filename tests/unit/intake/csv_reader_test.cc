#include "services/intake/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace doorstep::intake {
namespace {

using testing::ElementsAre;
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

std::vector<CsvFlaw> flaws(std::string_view text) {
  std::vector<CsvFlaw> list;
  CsvReader reader{text};
  while (const auto record = reader.next()) list.push_back(record->flaw);
  return list;
}

TEST(CsvReader, records_end_with_any_line_break_or_the_text) {
  for (const char* text : {"a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r"}) {
    EXPECT_THAT(all(text), ElementsAre(Fields{"a", "b"}, Fields{"c", "d"})) << text;
  }
  EXPECT_THAT(all("a,b\n\nc,"), ElementsAre(Fields{"a", "b"}, Fields{""}, Fields{"c", ""}));
}

TEST(CsvReader, quotes_hold_commas_line_breaks_and_doubled_quotes) {
  EXPECT_THAT(all("\"a,b\",\"c\nd\",\"e \"\"f\"\"\"\n\"\",x\n"),
              ElementsAre(Fields{"a,b", "c\nd", "e \"f\""}, Fields{"", "x"}));
}

TEST(CsvReader, a_broken_record_is_told_and_the_next_one_is_read) {
  EXPECT_THAT(flaws("a\"b,c\nd\n"), ElementsAre(CsvFlaw::quote_in_field, CsvFlaw::none));
  EXPECT_THAT(flaws("\"a\"b,c\nd\n"), ElementsAre(CsvFlaw::text_after_quote, CsvFlaw::none));
  EXPECT_THAT(flaws("x,\"a,c\nd\n"), ElementsAre(CsvFlaw::open_quote, CsvFlaw::none));
  const std::string long_field(5000, 'x');
  EXPECT_THAT(flaws(long_field + "\nd\n"), ElementsAre(CsvFlaw::field_too_long, CsvFlaw::none));
  const std::string many_fields(100, ',');
  EXPECT_THAT(flaws(many_fields + "x\nd\n"), ElementsAre(CsvFlaw::too_many_fields, CsvFlaw::none));
  const std::string long_record(CsvReader::record_bytes_max * 2, ',');
  EXPECT_THAT(flaws(long_record + "\nd\n"), ElementsAre(CsvFlaw::too_many_fields, CsvFlaw::none));
}

TEST(CsvReader, a_quoted_field_ends_at_its_limit) {
  const std::string fits(CsvReader::field_bytes_max, 'x');
  EXPECT_THAT(all('"' + fits + "\",b\n"), ElementsAre(Fields{fits, "b"}));
  EXPECT_THAT(flaws('"' + fits + "x\",b\nc\n"), ElementsAre(CsvFlaw::open_quote, CsvFlaw::none));
}

// The rows behind a stray quote are as far away as the file is long.
TEST(CsvReader, an_open_quote_costs_its_own_line_only) {
  std::string text = "a,\"b\n";
  for (int i = 0; i < 5'000; ++i) text += "c,d\n";
  std::size_t good = 0;
  CsvReader reader{text};
  ASSERT_EQ(reader.next()->flaw, CsvFlaw::open_quote);
  while (const auto record = reader.next()) good += record->flaw == CsvFlaw::none;
  EXPECT_EQ(good, 5'000u);
}

TEST(CsvReader, records_are_the_whole_text_one_after_the_other) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  constexpr std::string_view letters = "\",\n\r ab";
  for (int round = 0; round < 5'000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    CsvReader reader{text};
    std::string read;
    while (const auto record = reader.next()) {
      ASSERT_FALSE(record->bytes.empty());
      read += record->bytes;
    }
    ASSERT_EQ(read, text);
  }
}

// Only a quote without an end makes the reader go back, by what it looked through. So quotes that
// are found to be open must be far from each other, or hostile files would cost more than linear
// time.
TEST(CsvReader, open_quotes_are_found_no_nearer_to_each_other_than_a_field_is_long) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  std::vector<std::string> lines{"ab\",\"\n", "\"\n",        "\"\"\"\n",
                                 "\",\"\"\n", "a,\"\"\"x\n", "\"a\n"};
  constexpr std::string_view letters = "\"\"\"\",\na";
  for (int i = 0; i < 100; ++i) {
    std::string line(1 + random() % 9, ' ');
    for (char& c : line) c = letters[random() % letters.size()];
    lines.push_back(line);
  }
  for (const std::string& line : lines) {
    std::string text;
    while (text.size() < 100'000) text += line;
    std::size_t open_quotes = 0;
    for (const CsvFlaw flaw : flaws(text)) open_quotes += flaw == CsvFlaw::open_quote;
    EXPECT_LE(open_quotes, text.size() / CsvReader::field_bytes_max + 2) << line;
  }
}

}  // namespace
}  // namespace doorstep::intake
