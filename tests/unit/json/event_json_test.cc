#include "common/json/event_json.h"

#include <gtest/gtest.h>

#include "common/wire/event_codec.h"
#include "tests/support/sample_events.h"

namespace doorstep::json {
namespace {

std::string error_of(std::string_view line) {
  const auto parsed = events_from_json(line);
  return parsed ? "" : parsed.error().message;
}

TEST(EventJson, every_event_comes_back_as_it_was) {
  for (const Event& event : test::sample_events()) {
    const auto parsed = events_from_json(to_json(event));
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->events.size(), 1u);
    EXPECT_EQ(parsed->events[0], event);
  }
}

// Whatever the log takes can be printed and appended again.
TEST(EventJson, every_time_that_the_log_takes_is_written_so_that_it_is_read_back) {
  for (Event event : test::sample_events()) {
    for (const Instant at :
         {first_instant, last_instant, last_instant - Milliseconds{8 * 3'600'000}}) {
      test::set_times(event, at);
      EXPECT_TRUE(wire::check_event(wire::encode_event(event)));
      const auto parsed = events_from_json(to_json(event));
      ASSERT_TRUE(parsed) << to_json(event) << parsed.error().message;
      EXPECT_EQ(parsed->events[0], event);
    }
  }
}

TEST(EventJson, a_time_beyond_is_refused_in_words_by_the_reader_and_by_the_log) {
  for (Event event : test::sample_events()) {
    for (const Instant at : {first_instant - Milliseconds{1}, last_instant + Milliseconds{1},
                             Instant{253'402'300'799'999}, Instant{INT64_MIN}}) {
      test::set_times(event, at);
      EXPECT_FALSE(wire::check_event(wire::encode_event(event)));
      EXPECT_NE(
          error_of(to_json(event)).find("happenedAt: must be a time of the years 1970 to 9998"),
          std::string::npos);
    }
  }
}

TEST(EventJson, a_day_that_cannot_be_read_back_is_not_taken) {
  ProjectionDigestRecorded digest{.projection = "coverage", .version = 1};
  for (const auto& [day, good] :
       {std::pair{*parse_day("1970-01-01"), true}, std::pair{*parse_day("9998-12-31"), true},
        std::pair{Day{-1}, false}, std::pair{Day{INT32_MAX}, false}}) {
    digest.day = day;
    const Event event = test::sample_event(digest, system_stream, Purpose::system);
    EXPECT_EQ(wire::check_event(wire::encode_event(event)).has_value(), good);
    EXPECT_EQ(error_of(to_json(event)).empty(), good);
  }
}

TEST(EventJson, a_batch_is_read_in_order) {
  std::string line = "{\"events\":[";
  const auto events = test::sample_events();
  for (const Event& event : events) line += to_json(event) + ",";
  line.back() = ']';
  const auto parsed = events_from_json(line + "}");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->events, events);
}

TEST(EventJson, text_outlives_the_line) {
  std::string line = to_json(test::sample_events().front());
  const auto parsed = events_from_json(line);
  line.assign(line.size(), 'x');
  EXPECT_EQ(std::get<AreaDefined>(parsed->events.at(0).body).name, "卢峰镇警予社区");
}

TEST(EventJson, stream_area_and_purpose_follow_from_the_body_where_it_says_them) {
  const auto parsed = events_from_json(
      R"({"id":"017fb4a1-2c00-7001-8000-000000000001","type":"areaDefined",
          "happenedAt":"2022-03-23T07:00:00+08:00","body":{"code":"431224100","name":"卢峰镇"}})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const Envelope& envelope = parsed->events.at(0).envelope;
  EXPECT_EQ(envelope.area, *parse_area("431224100"));
  EXPECT_EQ(envelope.stream, stream_of(*parse_area("431224100")));
  EXPECT_EQ(envelope.purpose, Purpose::roster);
  EXPECT_EQ(envelope.schema_version, 1);
}

TEST(EventJson, a_closed_round_must_name_its_stream) {
  EXPECT_EQ(error_of(R"({"id":"017fb4a1-2c00-7001-8000-000000000001","type":"roundClosed",
                         "happenedAt":"2022-03-23T07:00:00+08:00",
                         "body":{"round":"017fb4a1-2c00-7001-8000-000000000002"}})"),
            "stream: is missing: please fill it in");
}

TEST(EventJson, errors_name_the_field_and_the_remedy) {
  std::string line = to_json(test::sample_visit().household.is_nil()
                                 ? Event{}
                                 : test::sample_event(test::sample_visit(),
                                                      stream_of(test::sample_visit().household),
                                                      Purpose::screening));
  const std::string good = line;
  line.replace(line.find("fromPaper"), 9, "carrier");
  EXPECT_EQ(error_of(line), "body.mode: must be one of: atDoor, phone, video, proxy, fromPaper");
  const std::string batch = "{\"events\":[" + good + "," + line + "]}";
  EXPECT_EQ(error_of(batch),
            "events[1].body.mode: must be one of: atDoor, phone, video, proxy, fromPaper");
}

TEST(EventJson, unknown_fields_and_types_are_refused) {
  EXPECT_NE(error_of(R"({"id":"017fb4a1-2c00-7001-8000-000000000001","type":"doorKicked",
                         "happenedAt":"2022-03-23T07:00:00+08:00","body":{},"colour":"red"})")
                .find("type: must be one of: areaDefined"),
            std::string::npos);
  EXPECT_NE(error_of("{\"a\":1}").find("a: there is no such field"), std::string::npos);
  EXPECT_NE(error_of("[]").find("the line: must be a JSON object"), std::string::npos);
  EXPECT_NE(error_of("{\"events\":[]}").find("events: must have at least one"), std::string::npos);
  EXPECT_NE(error_of("{\"events\":[5]}").find("events[0]: must be a JSON object"),
            std::string::npos);
  EXPECT_NE(error_of("garbage").find("not JSON"), std::string::npos);
}

TEST(EventJson, a_visit_carries_its_events_id) {
  const auto household = test::sample_visit().household;
  Event event = test::sample_event(test::sample_visit(), stream_of(household), Purpose::screening);
  std::get<VisitRecorded>(event.body).visit = test::sample_id<VisitId>(99);
  EXPECT_EQ(error_of(to_json(event)), "body.visit: must be the same as the event's id");
}

TEST(EventJson, what_was_read_can_be_stored) {
  for (const Event& event : test::sample_events()) {
    const auto parsed = events_from_json(to_json(event));
    EXPECT_TRUE(wire::check_event(wire::encode_event(parsed->events.at(0))));
  }
}

TEST(EventJson, an_unknown_type_shows_its_number) {
  const Event event{.envelope = {.id = test::sample_id<EventId>(1),
                                 .type = EventType{60'000},
                                 .stream = system_stream},
                    .body = Unknown{}};
  const std::string text = to_json(event);
  EXPECT_NE(text.find(R"("type":"unknown","typeNumber":60000)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("body":null)"), std::string::npos) << text;
}

TEST(EventJson, a_recorded_event_has_its_stamp_beside_it) {
  const Recorded recorded{{Position{7}, Revision{2}, test::sample_time},
                          test::sample_events().front()};
  EXPECT_TRUE(to_json(recorded).starts_with(
      R"({"position":7,"revision":2,"recordedAt":"2022-03-23T07:00:00.000+08:00","event":{"id":)"))
      << to_json(recorded);
}

TEST(EventJson, a_recorded_event_is_taken_without_its_stamp) {
  for (const Event& event : test::sample_events()) {
    const auto parsed =
        events_from_json(to_json(Recorded{{Position{7}, Revision{2}, test::sample_time}, event}));
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->events.size(), 1U);
    EXPECT_EQ(to_json(parsed->events.front()), to_json(event));
  }
  EXPECT_NE(error_of(R"({"position":1,"event":{"a":1}})").find("event.a: there is no such field"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"position":0,"event":{}})").find("position: "), std::string::npos);
  EXPECT_NE(error_of(R"({"event":{},"events":[]})").find("events: there is no such field"),
            std::string::npos);
}

TEST(EventJson, streams_have_names_that_come_back) {
  const StreamId streams[] = {system_stream, stream_of(test::sample_village),
                              stream_of(test::sample_id<HouseholdId>(1)),
                              stream_of(test::sample_id<WorkerId>(2))};
  for (const StreamId stream : streams) EXPECT_EQ(parse_stream(stream_name(stream)), stream);
  EXPECT_EQ(stream_name(stream_of(test::sample_village)), "area/431224100001");
  for (const char* text : {"", "household", "household/", "household/1", "door/431224", "/431224",
                           "worker/00000000-0000-0000-0000-000000000000"}) {
    EXPECT_FALSE(parse_stream(text)) << text;
  }
}

}  // namespace
}  // namespace doorstep::json
