#include "common/domain/instant.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

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

TEST(Instant, is_accepted_from_1970_to_9998_whatever_year_its_offset_shows) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00Z"), first_instant);
  EXPECT_EQ(parse_instant("1969-12-31T14:30:00-09:30"), first_instant);
  EXPECT_EQ(parse_instant("9998-12-31T23:59:59.999Z"), last_instant);
  EXPECT_EQ(parse_instant("9999-01-01T23:58:59.999+23:59"), last_instant);
  for (const char* text :
       {"1970-01-01T05:29:59.999+05:30", "1969-12-31T23:59:59.999Z", "9999-01-01T00:00:00Z",
        "9998-12-31T22:00:00-02:00", "9999-12-31T23:59:59Z", "0000-01-01T00:00Z",
        "0000-01-01T00:00+23:59", "9999-12-31T23:59-23:59"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

TEST(Instant, each_that_is_accepted_is_written_so_that_it_is_read_back) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  std::uniform_int_distribution any{first_instant.unix_ms, last_instant.unix_ms};
  for (int i = 0; i < 20'000; ++i) {
    const Instant at{any(random)};
    EXPECT_EQ(parse_instant(to_string(at)), at) << to_string(at);
  }
  constexpr std::int64_t two_days = 2 * 86'400'000;
  for (std::int64_t ms = 0; ms < two_days; ms += 997'003) {  // around both ends
    for (const Instant at :
         {Instant{first_instant.unix_ms + ms}, Instant{last_instant.unix_ms - ms}}) {
      EXPECT_EQ(parse_instant(to_string(at)), at) << to_string(at);
    }
  }
}

TEST(Instant, what_logs_of_before_hold_is_written_with_four_digits_all_the_same) {
  EXPECT_EQ(to_string(Instant{last_instant.unix_ms + 1}), "9999-01-01T08:00:00.000+08:00");
  EXPECT_EQ(to_string(Instant{253'402'271'999'999}), "9999-12-31T23:59:59.999+08:00");
  EXPECT_EQ(to_string(Instant{253'402'272'000'000}), "9999-12-31T16:00:00.000Z");
  EXPECT_EQ(to_string(Instant{253'402'300'799'999}), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_string(Instant{INT64_MAX}), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_string(Instant{INT64_MIN}), "0000-01-01T08:00:00.000+08:00");
}

TEST(Day, each_that_is_accepted_is_written_so_that_it_is_read_back) {
  EXPECT_EQ(to_string(*parse_day("1970-01-01")), "1970-01-01");
  EXPECT_EQ(to_string(*parse_day("9998-12-31")), "9998-12-31");
  for (const char* text : {"1969-12-31", "9999-01-01", "0000-01-01"}) {
    EXPECT_EQ(parse_day(text), std::nullopt) << text;
  }
  EXPECT_EQ(to_string(Day{INT32_MAX}), "9999-12-31");
  EXPECT_EQ(to_string(Day{INT32_MIN}), "0000-01-01");
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
