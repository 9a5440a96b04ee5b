// Every event type ever released, as bytes in each layout and as JSON. A file here never changes: a
// new version of an event gets a new file beside it.
#include <gtest/gtest.h>

#include <random>

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

// Those of layout 0, which grows no more, and what they say.
std::vector<std::pair<Bytes, Event>> events_of_layout_0() {
  std::vector<std::pair<Bytes, Event>> all;
  for (const Event& event : test::sample_events()) {
    const auto file = file_of(event.envelope.type, "layout0", ".hex");
    if (!std::filesystem::exists(file)) continue;  // a newer type
    all.emplace_back(test::from_hex_lines(test::golden_text(file, {})), event);
  }
  EXPECT_EQ(all.size(), 22u);
  return all;
}

TEST(GoldenEventsOfLayout0, are_read_as_ever) {
  for (const auto& [golden, event] : events_of_layout_0()) expect_read(golden, event);
}

TEST(GoldenEventsOfLayout0, are_refused_as_layout_1_and_the_other_way_round) {
  constexpr std::size_t layout_at = 23;
  for (auto [bytes, event] : events_of_layout_0()) {
    bytes[layout_at] = std::byte{1};
    EXPECT_FALSE(wire::check_event(bytes)) << name_of(event.envelope.type);
    Bytes fresh = wire::encode_event(event);
    ASSERT_EQ(fresh[layout_at], std::byte{1});
    fresh[layout_at] = std::byte{0};
    EXPECT_FALSE(wire::check_event(fresh)) << name_of(event.envelope.type);
  }
}

TEST(GoldenEventsOfLayout0, cut_or_flipped_are_answered_and_never_crash) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  for (const auto& [golden, event] : events_of_layout_0()) {
    for (std::size_t size = 0; size < golden.size(); ++size) {
      const Bytes cut(golden.begin(), golden.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(wire::check_event(cut));
    }
    for (int round = 0; round < 1'000; ++round) {
      Bytes bytes = golden;
      for (std::uint64_t flips = 1 + random() % 8; flips > 0; --flips) {
        bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << (random() % 8));
      }
      if (wire::check_event(bytes)) {
        ASSERT_TRUE(wire::decode_event(bytes));
      }
    }
  }
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
