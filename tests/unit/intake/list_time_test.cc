#include "services/intake/list_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorstep::intake {
namespace {

using testing::HasSubstr;

std::string read(std::string_view text) {
  const auto at = time_in_list(text);
  if (at) return to_string(*at);
  EXPECT_FALSE(at.error().zh.empty());
  return at.error().en;
}

TEST(TimeInList, a_day_is_taken_however_a_spreadsheet_writes_it) {
  for (const char* text :
       {"2026-11-01", "2026/11/1", "2026-11-1", "2026.11.1", "2026年11月1日", "20261101",
        "2026-11-01 00:00:00", "2026/11/1 0:00", "2026 年 11 月 1 日", "2026年11月1日星期日",
        "1-Nov-2026", "1 november 2026", "2026/11/1 12:00:00 AM", "2026年11月1日 0时0分"}) {
    EXPECT_EQ(read(text), "2026-11-01T00:00:00.000+08:00") << text;
  }
}

TEST(TimeInList, a_time_of_the_day_is_beijing_time_unless_it_says_otherwise) {
  EXPECT_EQ(read("2026/3/9 8:05"), "2026-03-09T08:05:00.000+08:00");
  EXPECT_EQ(read("2026-03-09T08:05:30"), "2026-03-09T08:05:30.000+08:00");
  EXPECT_EQ(read("2026/3/9 上午8:05"), "2026-03-09T08:05:00.000+08:00");
  EXPECT_EQ(read("2026/3/9 下午8:05"), "2026-03-09T20:05:00.000+08:00");
  EXPECT_EQ(read("2026/3/9 8:05:30 PM"), "2026-03-09T20:05:30.000+08:00");
  EXPECT_EQ(read("2026年3月9日8时05分30秒"), "2026-03-09T08:05:30.000+08:00");
  EXPECT_EQ(read("2026-03-09T08:05:30Z"), "2026-03-09T16:05:30.000+08:00");
}

TEST(TimeInList, parts_in_another_order_are_taken_where_they_mean_one_day_only) {
  EXPECT_EQ(read("13/11/2026"), "2026-11-13T00:00:00.000+08:00");
  EXPECT_EQ(read("11/13/2026"), "2026-11-13T00:00:00.000+08:00");
  EXPECT_EQ(read("5/5/2026"), "2026-05-05T00:00:00.000+08:00");
  EXPECT_THAT(read("11/1/2026"), HasSubstr("2026-01-11 or 2026-11-01"));
}

TEST(TimeInList, what_could_not_be_recorded_is_refused_in_words) {
  EXPECT_EQ(read("1970-01-01 08:00"), "1970-01-01T08:00:00.000+08:00");
  EXPECT_THAT(read("1970/1/1"), HasSubstr("of the years 1970 to 9998"));
  EXPECT_EQ(read("9998-12-31"), "9998-12-31T00:00:00.000+08:00");
  for (const char* text : {"9999-12-31", "9999-01-01T00:00:00Z", "1969年12月31日"}) {
    EXPECT_THAT(read(text), HasSubstr("must be a")) << text;
  }
}

TEST(TimeInList, what_is_no_day_is_explained) {
  EXPECT_THAT(read("46327"), HasSubstr("2026-11-01"));
  EXPECT_THAT(read("46327.5"), HasSubstr("number of a day"));
  for (const char* text :
       {"yesterday", "", "2026-02-30", "2026/13/1", "26-11-1", "11月1日", "2026-11-01 25:00",
        "2026-11-01 8", "2026-11-01 08:00 x", "2026-11/1", "1-1-1", "1-Nov-26",
        "2026/11/1 13:00 PM", "1-Nox-2026", "2026年11月1", "202611011"}) {
    EXPECT_THAT(read(text), HasSubstr("must be a day or a time")) << text;
  }
}

}  // namespace
}  // namespace doorstep::intake
