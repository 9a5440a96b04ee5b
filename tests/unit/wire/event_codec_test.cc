#include "common/wire/event_codec.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "tests/support/sample_events.h"

namespace doorstep::wire {
namespace {

using test::sample_events;

TEST(EventCodec, every_event_comes_back_as_it_was) {
  for (const Event& event : sample_events()) {
    const Bytes bytes = encode_event(event);
    const auto decoded = decode_event(bytes);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, event) << name_of(event.envelope.type);
  }
}

TEST(EventCodec, the_samples_cover_every_type_once) {
  const auto events = sample_events();
  ASSERT_EQ(events.size(), names(EventType{}).size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].envelope.type, names(EventType{})[i].first);
  }
}

TEST(EventCodec, the_same_event_gives_the_same_bytes) {
  for (const Event& event : sample_events()) EXPECT_EQ(encode_event(event), encode_event(event));
}

TEST(EventCodec, bytes_are_one_segment_in_whole_words) {
  for (const Event& event : sample_events()) {
    const Bytes bytes = encode_event(event);
    ASSERT_EQ(bytes.size() % 8, 0u);
    std::uint32_t table[2];
    std::memcpy(table, bytes.data(), sizeof table);
    EXPECT_EQ(table[0], 0u);
    EXPECT_EQ(table[1] * 8 + 8, bytes.size());
  }
}

TEST(EventCodec, nil_ids_and_empty_text_come_back_as_they_were) {
  Event event{.envelope = {.type = EventType::campaign_opened}, .body = CampaignOpened{}};
  EXPECT_EQ(decode_event(encode_event(event)), event);
}

TEST(EventCodec, text_at_its_limit_fits) {
  const std::string text(text_bytes_max, 'x');
  for (Event event : sample_events()) {
    std::visit(overloaded{
                   [&](AreaDefined& e) { e.name = text; },
                   [&](CampaignOpened& e) { e.name = text; },
                   [&](RoundOpened& e) { e.question_set = e.risk_list = text; },
                   [&](ProjectionDigestRecorded& e) { e.projection = text; },
                   [&](LogRestored& e) { e.signature = text; },
                   [](auto&) {},
               },
               event.body);
    const Bytes bytes = encode_event(event);
    EXPECT_EQ(decode_event(bytes), event) << name_of(event.envelope.type);
    EXPECT_TRUE(check_event(bytes)) << name_of(event.envelope.type);
  }
}

TEST(EventCodec, the_envelope_is_read_without_the_body) {
  for (const Event& event : sample_events()) {
    EXPECT_EQ(decode_envelope(encode_event(event)), event.envelope);
  }
}

TEST(EventCodec, a_visit_is_about_two_hundred_bytes) {
  // The benchmark payload of DESIGN §11: one worker, no clerk, no causation.
  VisitRecorded visit = test::sample_visit();
  visit.done_by = {};
  visit.done_by.add(test::sample_id<WorkerId>(12));
  visit.entered_by = {};
  Event event = test::sample_event(visit, stream_of(visit.household), Purpose::screening);
  event.envelope.causation = {};
  event.envelope.correlation = {};
  EXPECT_LT(encode_event(event).size(), 400u);
}

TEST(EventCodec, what_was_encoded_passes_the_check) {
  for (const Event& event : sample_events()) {
    const auto outcome = check_event(encode_event(event));
    EXPECT_TRUE(outcome) << name_of(event.envelope.type) << ": " << outcome.error().message;
  }
}

struct Flaw {
  const char* field;
  void (*plant)(Event&);
};

TEST(EventCodec, the_check_names_the_missing_part_of_an_envelope) {
  const Flaw flaws[] = {
      {": id", [](Event& e) { e.envelope.id = {}; }},
      {": stream", [](Event& e) { e.envelope.stream = {}; }},
      {": stream", [](Event& e) { e.envelope.stream.id = {}; }},
      {": purpose", [](Event& e) { e.envelope.purpose = {}; }},
      {": area", [](Event& e) { e.envelope.area = {5}; }},
      {": happenedAt", [](Event& e) { e.envelope.happened_at = {-1}; }},
      {": happenedAt", [](Event& e) { e.envelope.happened_at = {INT64_MAX}; }},
      {": happenedAt", [](Event& e) { e.envelope.happened_at = last_instant + Milliseconds{1}; }},
  };
  for (const Flaw& flaw : flaws) {
    Event event = sample_events().front();
    flaw.plant(event);
    const auto outcome = check_event(encode_event(event));
    ASSERT_FALSE(outcome) << flaw.field;
    EXPECT_EQ(outcome.error().code, ErrorCode::invalid);
    EXPECT_NE(outcome.error().message.find(flaw.field), std::string::npos)
        << outcome.error().message;
  }
}

TEST(EventCodec, the_check_names_the_missing_part_of_a_body) {
  for (const Event& event : sample_events()) {
    // An empty body of each type lacks at least one thing.
    Event empty = event;
    std::visit([&](const auto& body) { empty.body = std::decay_t<decltype(body)>{}; }, event.body);
    const auto outcome = check_event(encode_event(empty));
    ASSERT_FALSE(outcome) << name_of(event.envelope.type);
    EXPECT_NE(outcome.error().message.find("body."), std::string::npos) << outcome.error().message;
  }
}

TEST(EventCodec, a_word_outside_its_list_fails_the_check) {
  VisitRecorded visit = test::sample_visit();
  visit.disposition = static_cast<Disposition>(200);
  const Event event = test::sample_event(visit, stream_of(visit.household), Purpose::screening);
  EXPECT_TRUE(decode_event(encode_event(event))) << "readers see it as it is";
  const auto outcome = check_event(encode_event(event));
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("body.disposition"), std::string::npos);
}

TEST(EventCodec, text_that_is_not_utf8_fails_the_check) {
  for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "caf\xe9"}) {
    Event event = sample_events().front();
    std::get<AreaDefined>(event.body).name = text;
    EXPECT_FALSE(check_event(encode_event(event))) << text;
  }
}

TEST(EventCodec, a_type_from_a_newer_writer_is_unknown_and_passes_the_check) {
  Bytes bytes = encode_event(sample_events().front());
  const std::uint16_t newer = 60'000;
  // `type` is the first field of the root's data section: after the table and the root pointer.
  std::memcpy(bytes.data() + 16, &newer, sizeof newer);
  const auto event = decode_event(bytes);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->envelope.type, EventType{newer});
  EXPECT_TRUE(std::holds_alternative<Unknown>(event->body));
  EXPECT_TRUE(check_event(bytes));
}

TEST(EventCodec, an_event_of_a_newer_layout_is_refused_in_words) {
  Bytes bytes = encode_event(sample_events().front());
  bytes[23] = std::byte{2};
  const auto event = decode_event(bytes);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message, "event: of layout 2, which is newer than this program");
  EXPECT_FALSE(decode_envelope(bytes));
  EXPECT_FALSE(check_event(bytes));
}

TEST(EventCodec, a_body_of_another_shape_never_passes_for_its_type_unseen) {
  // A visit that claims to be a campaign: the name would point at a list of ids, which is not text.
  Event event = test::sample_event(test::sample_visit(), system_stream, Purpose::system);
  Bytes bytes = encode_event(event);
  const auto campaign = static_cast<std::uint16_t>(EventType::campaign_opened);
  std::memcpy(bytes.data() + 16, &campaign, sizeof campaign);
  const auto decoded = decode_event(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(std::holds_alternative<Unknown>(decoded->body));
  EXPECT_FALSE(check_event(bytes));
}

TEST(EventCodec, an_oversized_event_is_too_large) {
  Bytes bytes(event_bytes_max + 8);
  EXPECT_EQ(check_event(bytes).error().code, ErrorCode::too_large);
}

TEST(EventCodec, truncated_bytes_are_invalid_at_every_length) {
  const Bytes whole = encode_event(sample_events().back());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_envelope(cut));
    EXPECT_FALSE(check_event(cut));
  }
}

TEST(EventCodec, random_flips_are_answered_and_never_crash) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  const auto events = sample_events();
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = encode_event(events[random() % events.size()]);
    for (std::uint64_t flips = 1 + random() % 8; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << (random() % 8));
    }
    const auto event = decode_event(bytes);
    if (check_event(bytes)) {
      ASSERT_TRUE(event);
      if (!std::holds_alternative<Unknown>(event->body)) static_cast<void>(encode_event(*event));
    }
  }
}

TEST(EventCodec, random_bytes_are_answered_and_never_crash) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(8 * (2 + random() % 40));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    if (random() % 2 == 0) {  // a good table, so that the pointers behind it are followed
      const std::uint32_t table[2] = {0, static_cast<std::uint32_t>(bytes.size() / 8 - 1)};
      std::memcpy(bytes.data(), table, sizeof table);
    }
    static_cast<void>(decode_event(bytes));
    static_cast<void>(check_event(bytes));
  }
}

}  // namespace
}  // namespace doorstep::wire
