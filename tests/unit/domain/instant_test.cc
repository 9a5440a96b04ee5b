#include "common/domain/instant.h"

#include <gtest/gtest.h>

namespace doorstep {
namespace {

constexpr Instant eight_in_the_morning{1'647'993'600'000};

TEST(Instant, is_written_in_beijing_time_with_milliseconds) {
  EXPECT_EQ(to_string(eight_in_the_morning), "2022-03-23T08:00:00.000+08:00");
  EXPECT_EQ(to_string(Instant{-1}), "1970-01-01T07:59:59.999+08:00");
}

TEST(Instant, reads_back_with_any_offset) {
  EXPECT_EQ(parse_instant("2022-03-23T08:00:00.000+08:00"), eight_in_the_morning);
  EXPECT_EQ(parse_instant("2022-03-23T00:00Z"), eight_in_the_morning);
  EXPECT_EQ(parse_instant("2022-03-22T20:30:00-03:30"), eight_in_the_morning);
  EXPECT_EQ(parse_instant("2022-03-23t00:00:00z"), eight_in_the_morning);
  EXPECT_EQ(parse_instant("2022-03-23T00:00:00.1239Z"), eight_in_the_morning + Milliseconds{123});
  EXPECT_EQ(parse_instant("2022-03-23T00:00:00.5Z"), eight_in_the_morning + Milliseconds{500});
}

TEST(Instant, refuses_what_is_no_time) {
  for (const char* text :
       {"", "2022-03-23", "2022-03-23T08:00", "2022-02-30T08:00Z", "2022-13-01T08:00Z",
        "2022-03-23T24:00Z", "2022-03-23T08:60Z", "2022-03-23T08:00:61Z", "2022-03-23T08:00:00.Z",
        "2022-03-23T08:00Z ", "2022-03-23T08:00+24:00", "1969-12-31T08:00Z", "22-03-23T08:00Z"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

TEST(Day, begins_at_midnight_in_beijing) {
  const Day day = *parse_day("2022-03-23");
  EXPECT_EQ(to_string(start_of(day)), "2022-03-23T00:00:00.000+08:00");
  EXPECT_EQ(beijing_day(start_of(day)), day);
  EXPECT_EQ(to_string(beijing_day(start_of(day) - Milliseconds{1})), "2022-03-22");
  EXPECT_EQ(to_string(beijing_day(Instant{-8 * 3'600'000 - 1})), "1969-12-31");
}

TEST(Day, has_hours_in_beijing_time) {
  EXPECT_EQ(beijing_hour(eight_in_the_morning), 8);
  EXPECT_EQ(beijing_hour(eight_in_the_morning - Milliseconds{1}), 7);
  EXPECT_EQ(beijing_hour(Instant{-1}), 7);
}

TEST(Day, refuses_what_is_no_date) {
  for (const char* text : {"", "2022-3-23", "2022-02-29", "2022-03-23T", "20220323"}) {
    EXPECT_EQ(parse_day(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace doorstep
