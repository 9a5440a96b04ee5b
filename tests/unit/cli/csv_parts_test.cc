#include "clients/cli/csv_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace doorstep::cli {
namespace {

std::vector<std::string> parts_of(const std::string& csv, CsvParts::Limits limits) {
  std::istringstream in{csv};
  CsvParts parts{in, limits};
  std::vector<std::string> all;
  for (;;) {
    auto part = parts.next();
    EXPECT_TRUE(part.has_value());
    if (!part || !*part) return all;
    all.push_back(std::move(**part));
  }
}

TEST(CsvParts, a_small_file_is_one_part) {
  EXPECT_THAT(parts_of("a,b\n1,2\n3,4\n", {}), testing::ElementsAre("a,b\n1,2\n3,4\n"));
}

TEST(CsvParts, each_part_has_the_header_and_whole_records) {
  EXPECT_THAT(parts_of("h\n1111\n2222\n3333\n", {.part_bytes = 12}),
              testing::ElementsAre("h\n1111\n2222\n", "h\n3333\n"));
}

TEST(CsvParts, a_record_longer_than_a_part_goes_alone) {
  EXPECT_THAT(parts_of("h\n11\n2222222222\n33\n", {.part_bytes = 6}),
              testing::ElementsAre("h\n11\n", "h\n2222222222\n", "h\n33\n"));
}

TEST(CsvParts, a_line_feed_in_quotes_cuts_nothing) {
  EXPECT_THAT(parts_of("h\n\"1\n\"\"\n2\"\n3\n", {.part_bytes = 4}),
              testing::ElementsAre("h\n\"1\n\"\"\n2\"\n", "h\n3\n"));
}

TEST(CsvParts, the_last_record_needs_no_line_feed) {
  EXPECT_THAT(parts_of("h\n1\n2", {.part_bytes = 4}), testing::ElementsAre("h\n1\n", "h\n2"));
}

TEST(CsvParts, bytes_that_are_no_utf_8_pass_as_they_are) {
  const std::string chinese = "\xbb\xa7\xb1\xe0\xba\xc5\n\xd2\xbb\x81\x30\x81\x30\n";  // GB18030
  EXPECT_THAT(parts_of(chinese, {}), testing::ElementsAre(chinese));
}

TEST(CsvParts, a_header_alone_and_an_empty_file_are_one_part) {
  EXPECT_THAT(parts_of("h\n", {}), testing::ElementsAre("h\n"));
  EXPECT_THAT(parts_of("h", {}), testing::ElementsAre("h\n"));
  EXPECT_THAT(parts_of("", {}), testing::ElementsAre("\n"));
}

TEST(CsvParts, an_open_quote_is_an_error_that_names_the_row) {
  std::istringstream in{"h\n1\n\"" + std::string(100, 'x') + "\n"};
  CsvParts parts{in, {.record_bytes_max = 50}};
  const auto part = parts.next();
  ASSERT_FALSE(part.has_value());
  EXPECT_THAT(part.error().message, testing::HasSubstr("row 2"));
}

}  // namespace
}  // namespace doorstep::cli
