// Every event type ever released, as bytes in each layout and as JSON. A file here never changes: a
// new version of an event gets a new file beside it.
#include <gtest/gtest.h>

#include "common/json/event_json.h"
#include "common/wire/event_codec.h"
#include "tests/support/golden.h"
#include "tests/support/sample_events.h"

namespace doorstep {
namespace {

class GoldenEvents : public testing::TestWithParam<Event> {};

std::filesystem::path file_of(EventType type, const char* folder, const char* extension) {
  return std::filesystem::path{GOLDEN_FOLDER} / folder / (std::string{name_of(type)} + extension);
}

void expect_read(const Bytes& golden, const Event& event) {
  ASSERT_FALSE(golden.empty()) << "no golden bytes";
  EXPECT_EQ(wire::decode_event(golden), event);
  EXPECT_EQ(wire::decode_envelope(golden), event.envelope);
  EXPECT_EQ(wire::check_event(golden), event.envelope);
}

TEST_P(GoldenEvents, bytes_are_read_and_written_as_ever) {
  const Event& event = GetParam();
  const std::string fresh = test::to_hex_lines(wire::encode_event(event));
  const std::string text =
      test::golden_text(file_of(event.envelope.type, "layout1", ".hex"), fresh);
  expect_read(test::from_hex_lines(text), event);
  EXPECT_EQ(fresh, text);
}

TEST_P(GoldenEvents, bytes_of_layout_0_are_read_as_ever) {
  const Event& event = GetParam();
  const std::string text = test::golden_text(file_of(event.envelope.type, "layout0", ".hex"), {});
  expect_read(test::from_hex_lines(text), event);
}

TEST_P(GoldenEvents, json_is_read_and_written_as_ever) {
  const Event& event = GetParam();
  const std::string fresh = json::to_json(event) + "\n";
  const std::string text = test::golden_text(file_of(event.envelope.type, "", ".json"), fresh);
  ASSERT_FALSE(text.empty()) << "no golden JSON";
  EXPECT_EQ(fresh, text);
  const auto parsed = json::events_from_json(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->events.size(), 1u);
  EXPECT_EQ(parsed->events[0], event);
}

INSTANTIATE_TEST_SUITE_P(EveryType, GoldenEvents, testing::ValuesIn(test::sample_events()),
                         [](const auto& one) {
                           return std::string{name_of(one.param.envelope.type)};
                         });

}  // namespace
}  // namespace doorstep
