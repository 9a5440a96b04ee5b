#include "clients/cli/up.h"

#include <gtest/gtest.h>

namespace doorstep::cli {
namespace {

TEST(Clock, a_start_and_a_speed_are_read_in_any_order) {
  for (const char* text :
       {"start=2022-03-23T08:00+08:00,speed=600", "speed=600,start=2022-03-23T00:00:00Z"}) {
    const auto clock = parse_clock(text);
    ASSERT_TRUE(clock.has_value()) << text;
    EXPECT_EQ(to_string(clock->starts), "2022-03-23T08:00:00.000+08:00");
    EXPECT_EQ(clock->speed, 600u);
  }
}

TEST(Clock, without_a_speed_it_runs_as_real_time_does) {
  EXPECT_EQ(parse_clock("start=2022-03-23T08:00+08:00")->speed, 1u);
}

TEST(Clock, anything_else_is_refused_with_an_example) {
  for (const char* text :
       {"", "speed=2", "start=8:00", "start=2022-03-23T08:00+08:00,speed=0",
        "start=2022-03-23T08:00+08:00,speed=1.5", "start=2022-03-23T08:00+08:00,speed=999999999999",
        "start=2022-03-23T08:00+08:00,pace=2", "2022-03-23T08:00+08:00"}) {
    const auto clock = parse_clock(text);
    ASSERT_FALSE(clock.has_value()) << text;
    EXPECT_NE(clock.error().message.find("start=2022-03-23T08:00+08:00,speed=600"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace doorstep::cli
