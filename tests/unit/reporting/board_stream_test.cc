#include <gtest/gtest.h>

#include "tests/unit/reporting/desk.h"

namespace doorstep::reporting {
namespace {

using test::Desk;

constexpr Milliseconds tick{200};  // more than one

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct BoardStreams : testing::Test {
  BoardStreams() { desk.pass(tick); }
  // What screened count the board would show next.
  void screened(const std::string& code, std::uint32_t count) {
    desk.aggregation.define(code, "x", count);
    desk.aggregation.change({code});
  }
  Desk desk;
};

TEST_F(BoardStreams, the_first_frame_holds_all_areas_and_comes_at_once) {
  const auto token = desk.stream("area=431224&area=431224100");
  ASSERT_TRUE(desk.http.is_stream(token));
  const std::string frame = desk.frame(token);
  const std::string edition = desk.edition();
  EXPECT_TRUE(has(frame, "\nid: " + edition + ".1\nevent: areas\ndata: {\"asOf\":1,\"edition\":\"" +
                             edition + "\","))
      << frame;
  EXPECT_TRUE(has(frame, "卢峰镇"));
  EXPECT_TRUE(has(frame, R"("path":[{"code":"431224","name":"溆浦县"}])"));
  EXPECT_TRUE(frame.ends_with("}\n\n"));
  desk.pass(Milliseconds{1'000});
  EXPECT_EQ(desk.frame(token), "");
}

TEST_F(BoardStreams, a_change_brings_a_frame_with_what_changed) {
  const auto token = desk.stream("area=431224,431224100,431224101");
  (void)desk.frame(token);
  screened("431224101", 9);
  desk.pass(tick);
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, "id: " + desk.edition() + ".2\n")) << frame;
  EXPECT_TRUE(has(frame, R"("screened":9)")) << frame;
  EXPECT_FALSE(has(frame, R"("code":"431224100","name")")) << frame;
}

TEST_F(BoardStreams, a_change_elsewhere_brings_no_frame) {
  const auto token = desk.stream("area=431224100");
  (void)desk.frame(token);
  screened("431224101", 9);
  desk.pass(tick);
  EXPECT_EQ(desk.frame(token), "");
}

TEST_F(BoardStreams, boards_that_show_the_same_areas_share_a_frame) {
  const auto one = desk.stream("area=431224,431224100");
  const auto other = desk.stream("area=431224100,431224");
  (void)desk.frame(one);
  (void)desk.frame(other);
  screened("431224", 9);
  desk.pass(tick);
  EXPECT_EQ(desk.http.frame(one).get(), desk.http.frame(other).get());
}

TEST_F(BoardStreams, at_most_one_frame_in_a_tick_however_much_happens) {
  const auto token = desk.stream("area=431224");
  (void)desk.frame(token);
  int frames = 0;
  for (int i = 0; i < 100; ++i) {
    screened("431224", static_cast<std::uint32_t>(i));
    desk.clock.advance(Milliseconds{10});
    desk.run();
    if (!desk.frame(token).empty()) ++frames;
  }
  EXPECT_GE(frames, 8);
  EXPECT_LE(frames, 11);
}

TEST_F(BoardStreams, a_board_that_comes_back_and_missed_nothing_gets_nothing) {
  const auto token = desk.stream("area=431224&since=" + desk.edition() + ".1");
  desk.pass(tick);
  EXPECT_EQ(desk.frame(token), "");
  screened("431224", 9);
  desk.pass(tick);
  EXPECT_TRUE(has(desk.frame(token), R"("screened":9)"));
}

TEST_F(BoardStreams, a_board_that_comes_back_and_missed_something_gets_everything) {
  const auto watching = desk.stream("area=431224");
  screened("431224", 9);
  desk.pass(tick);
  const auto token = desk.stream("area=431224", {{"last-event-id", desk.edition() + ".1"}});
  EXPECT_TRUE(has(desk.frame(token), R"("screened":9)"));
  (void)watching;
}

TEST_F(BoardStreams, a_position_from_the_future_or_from_before_our_time_is_not_trusted) {
  desk.aggregation.change({});
  EXPECT_NE(desk.frame(desk.stream("area=431224&since=" + desk.edition() + ".99")), "");
  EXPECT_NE(desk.frame(desk.stream("area=431224&since=" + desk.edition() + ".0")), "");
}

TEST_F(BoardStreams, a_board_that_did_not_take_its_frame_gets_everything_in_the_next) {
  const auto token = desk.stream("area=431224,431224100,431224101");
  (void)desk.frame(token);
  screened("431224100", 8);
  desk.pass(tick);
  screened("431224101", 9);
  desk.pass(tick);  // the frame before is still there
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, R"("screened":8)")) << frame;
  EXPECT_TRUE(has(frame, R"("screened":9)")) << frame;
}

TEST_F(BoardStreams, a_quiet_board_hears_a_heartbeat) {
  const auto token = desk.stream("area=431224");
  (void)desk.frame(token);
  desk.pass(Milliseconds{5'600});
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, "event: heartbeat\ndata: {\"asOf\":1,\"head\":1,\"edition\":\"" +
                             desk.edition() + "\","))
      << frame;
  EXPECT_TRUE(has(frame, R"("late":false,"clock":null})")) << frame;
  EXPECT_FALSE(has(frame, "id:")) << frame;
}

TEST_F(BoardStreams, heartbeats_say_that_the_numbers_are_late) {
  const auto token = desk.stream("area=431224");
  (void)desk.frame(token);
  desk.aggregation.answers = false;
  desk.pass(Milliseconds{5'600});
  EXPECT_TRUE(has(desk.frame(token), R"("late":true,"clock":null})"));
}

TEST_F(BoardStreams, frames_and_heartbeats_say_what_is_wrong_with_the_clock) {
  const auto token = desk.stream("area=431224");
  EXPECT_TRUE(has(desk.frame(token), R"("clock":null)"));
  desk.aggregation.recorded_at = desk.clock.now() + Milliseconds{600'000};
  desk.pass(Milliseconds{5'600});
  EXPECT_TRUE(has(desk.frame(token), R"("clock":{"problem":"recordAhead")"));
  screened("431224", 9);
  desk.pass(Milliseconds{1'100});
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, "event: areas")) << frame;
  EXPECT_TRUE(has(frame, R"("clock":{"problem":"recordAhead")")) << frame;
}

TEST_F(BoardStreams, boards_live_through_a_restart_of_aggregation) {
  const auto token = desk.stream("area=431224");
  (void)desk.frame(token);
  desk.aggregation.answers = false;
  screened("431224", 9);
  desk.pass(Milliseconds{4'000});
  desk.aggregation.answers = true;
  desk.pass(Milliseconds{4'000});
  EXPECT_TRUE(has(desk.frame(token), R"("screened":9)"));
}

TEST_F(BoardStreams, a_position_of_another_edition_was_not_seen_here) {
  desk.pass(tick);
  const std::string other = to_text(wire::Edition{LogId{{7, 9}}, Epoch{9}, 3});
  EXPECT_NE(desk.frame(desk.stream("area=431224&since=" + other + ".1")), "");
  EXPECT_NE(desk.frame(desk.stream("area=431224", {{"last-event-id", other + ".1"}})), "");
  EXPECT_NE(desk.frame(desk.stream("area=431224", {{"last-event-id", "1"}})), "");
}

TEST_F(BoardStreams, an_open_board_gets_a_whole_new_picture_of_a_restored_log) {
  for (int i = 0; i < 5; ++i) desk.aggregation.change({"431224"});
  const auto token = desk.stream("area=431224,431224100,431224101");
  (void)desk.frame(token);
  desk.pass(tick);
  (void)desk.frame(token);
  // Put back to a lower position, and gone on from there otherwise.
  desk.aggregation.put_back(Position{3}, Epoch{2});
  desk.aggregation.define("431224100", "卢峰镇", 8);
  desk.pass(Milliseconds{1'500});
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, "id: " + desk.edition() + ".3\n")) << frame;
  for (const char* code : {"431224", "431224100", "431224101"}) {
    EXPECT_TRUE(has(frame, "\"code\":\"" + std::string{code} + "\",\"name\"")) << frame;
  }
  EXPECT_TRUE(has(frame, R"("screened":8)")) << frame;
  EXPECT_TRUE(has(frame, "retry: 2000")) << "a whole frame: " << frame;
  screened("431224101", 9);
  desk.pass(tick);
  EXPECT_TRUE(has(desk.frame(token), R"("screened":9)")) << "changes go on from there";
}

TEST_F(BoardStreams, an_open_board_gets_a_whole_new_picture_of_another_log_at_the_same_position) {
  const auto token = desk.stream("area=431224");
  (void)desk.frame(token);
  desk.aggregation.edition.log = LogId{{8, 8}};
  desk.aggregation.define("431224", "辰溪县", 1);
  desk.pass(Milliseconds{1'500});
  EXPECT_TRUE(has(desk.frame(token), "辰溪县"));
}

TEST_F(BoardStreams, heartbeats_after_a_restore_are_not_late_for_what_was_lost) {
  for (int i = 0; i < 5; ++i) desk.aggregation.change({"431224"});
  desk.pass(tick);
  const auto token = desk.stream("area=431224");
  desk.aggregation.put_back(Position{1}, Epoch{2});
  desk.pass(Milliseconds{2'000});
  (void)desk.frame(token);
  desk.pass(Milliseconds{6'000});
  const std::string frame = desk.frame(token);
  EXPECT_TRUE(has(frame, "event: heartbeat\ndata: {\"asOf\":1,\"head\":1,")) << frame;
  EXPECT_TRUE(has(frame, R"("late":false)")) << frame;
}

TEST_F(BoardStreams, an_area_that_is_defined_later_appears) {
  const auto token = desk.stream("area=431224200");
  EXPECT_TRUE(has(desk.frame(token), R"("areas":[])"));
  desk.aggregation.define("431224200", "新", 1);
  desk.aggregation.change({"431224200"});
  desk.pass(tick);
  EXPECT_TRUE(has(desk.frame(token), "431224200"));
}

TEST_F(BoardStreams, an_area_stays_alive_while_another_board_shows_it) {
  const auto one = desk.stream("area=431224,431224100");
  const auto other = desk.stream("area=431224");
  (void)desk.frame(other);
  desk.http.hang_up(one);
  desk.run();
  screened("431224", 9);
  desk.pass(tick);
  EXPECT_TRUE(has(desk.frame(other), R"("screened":9)"));
}

TEST_F(BoardStreams, nobody_asks_for_areas_that_no_board_shows) {
  const auto token = desk.stream("area=431224");
  desk.http.hang_up(token);
  desk.run();
  desk.aggregation.asked.clear();
  screened("431224", 9);
  desk.pass(Milliseconds{2'000});
  for (const auto& question : desk.aggregation.asked) {
    EXPECT_TRUE(std::holds_alternative<wire::Watch>(question.what));
  }
  EXPECT_TRUE(has(Desk::body(desk.get("/metrics")), "doorstep_reporting_streams 0"));
}

TEST(BoardStreamLimits, more_boards_than_the_limit_are_told_to_come_back) {
  ReportingLimits limits;
  limits.streams.streams_max = 2;
  Desk desk{limits};
  const auto first = desk.stream("area=431224");
  (void)desk.stream("area=431224");
  const auto third = desk.stream("area=431224");
  EXPECT_EQ(desk.http.response(third)->status, 503);
  desk.http.hang_up(first);
  EXPECT_TRUE(desk.http.is_stream(desk.stream("area=431224")));
}

}  // namespace
}  // namespace doorstep::reporting
