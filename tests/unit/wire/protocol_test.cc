#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "common/wire/capnp_message.h"
#include "common/wire/event_codec.h"
#include "common/wire/frame.h"
#include "schema/log.capnp.h"
#include "tests/support/sample_messages.h"

namespace doorstep::wire {
namespace {

// Messages have no operator==. Their bytes are a function of their value, so equal bytes are equal
// values, as long as each field reaches the bytes: the field checks below see to that.
TEST(LogProtocol, every_request_comes_back_as_it_was) {
  for (const auto& [name, request] : test::sample_requests()) {
    const auto decoded = decode_request(encode(request));
    ASSERT_TRUE(decoded) << name << decoded.error().message;
    EXPECT_EQ(decoded->number, request.number);
    EXPECT_EQ(decoded->what.index(), request.what.index()) << name;
    EXPECT_EQ(encode(*decoded), encode(request)) << name;
  }
}

TEST(LogProtocol, every_reply_comes_back_as_it_was) {
  for (const auto& [name, reply] : test::sample_replies()) {
    const auto decoded = decode_reply(encode(reply));
    ASSERT_TRUE(decoded) << name << decoded.error().message;
    EXPECT_EQ(decoded->number, reply.number);
    EXPECT_EQ(decoded->what.index(), reply.what.index()) << name;
    EXPECT_EQ(encode(*decoded), encode(reply)) << name;
  }
}

TEST(LogProtocol, an_append_keeps_its_events_byte_for_byte) {
  const auto request = std::get<Append>(test::sample_requests()[1].second.what);
  const auto decoded = decode_request(encode(Request{9, request}));
  const auto& append = std::get<Append>(decoded->what);
  EXPECT_EQ(append.append_id, request.append_id);
  EXPECT_EQ(append.events, request.events);
  ASSERT_EQ(append.conditions.size(), 2u);
  EXPECT_EQ(append.conditions[0].stream, request.conditions[0].stream);
  EXPECT_EQ(append.conditions[0].expect, Expectation::exact);
  EXPECT_EQ(append.conditions[0].revision, Revision{7});
  EXPECT_EQ(append.conditions[1].expect, Expectation::none);
}

TEST(LogProtocol, a_subscription_keeps_its_filter) {
  const auto decoded = decode_request(encode(test::sample_requests()[3].second));
  const auto& subscribe = std::get<Subscribe>(decoded->what);
  EXPECT_EQ(subscribe.from_exclusive, Position{12});
  EXPECT_EQ(subscribe.until, Position{99});
  EXPECT_EQ(subscribe.filter.area, test::sample_village);
  EXPECT_EQ(subscribe.filter.types.size(), 2u);
  EXPECT_EQ(subscribe.filter.stream, stream_of(test::sample_id<HouseholdId>(10)));
  EXPECT_EQ(subscribe.credit.events, 65'536u);
  EXPECT_EQ(subscribe.consumer, "aggregation");
}

// The limits of docs/formats/wire.md; whoever breaks one learns which of its requests it was.
TEST(LogProtocol, a_request_beyond_a_limit_is_refused_and_keeps_its_number) {
  const auto refusal = [](auto what) {
    const Bytes frame = encode(Request{77, std::move(what)});
    const auto decoded = decode_request(frame);
    EXPECT_EQ(number_of_request(frame), 77u);
    return decoded ? std::string{"none"} : decoded.error().message;
  };
  const Append append{.append_id = AppendId{{1, 2}}, .events = {Bytes(8)}};
  Append many = append;
  many.conditions.resize(append_conditions_max);
  EXPECT_EQ(refusal(many), "none");
  many.conditions.resize(append_conditions_max + 1);
  EXPECT_EQ(refusal(many), "append: at most 256 conditions in one request. Split it");
  many = append;
  many.conditions = {{.expect = Expectation::nothing_after,
                      .types = std::vector<EventType>(condition_types_max + 1)}};
  EXPECT_EQ(refusal(many), "append: a condition may name at most 64 types");
  many.conditions = {{.expect = Expectation::nothing_after, .area = {431224}}};
  EXPECT_EQ(refusal(many), "append: the area of a condition is neither 0 nor a code of 17 digits");

  EXPECT_EQ(refusal(Subscribe{.filter = {.area = {431224}}}),
            "subscribe: the area is neither 0 nor a code of 17 digits");
  EXPECT_EQ(refusal(Subscribe{.filter = {.area = {43122400000000000}}}), "none");
  EXPECT_EQ(refusal(Subscribe{.filter = {.types = std::vector<EventType>(filter_types_max + 1)}}),
            "subscribe: at most 256 types in the filter");
  EXPECT_EQ(refusal(Subscribe{.consumer = std::string(consumer_bytes_max + 1, 'a')}),
            "subscribe: the consumer's name must be text of at most 128 bytes");
}

TEST(LogProtocol, what_is_no_request_has_no_number) {
  EXPECT_EQ(number_of_request(Bytes(64)), 0u);
  Bytes cut = encode(Request{77, Describe{}});
  cut.resize(cut.size() - 8);
  EXPECT_EQ(number_of_request(cut), 0u);
}

// As builders of other languages write "no root": there, and empty.
TEST(LogProtocol, an_empty_root_is_none) {
  MessageInPlace message{frame_header_bytes, 64};
  message.init_root<schema::Request>().initSubscribe().initRoot(0);
  Bytes frame = message.finish();
  write_frame_header(std::span{frame}.first<frame_header_bytes>(), FrameKind::log_request);
  const auto decoded = decode_request(frame);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_FALSE(std::get<Subscribe>(decoded->what).root);
}

TEST(LogProtocol, a_refusal_keeps_what_the_client_needs) {
  const auto decoded = decode_reply(encode(test::sample_replies()[2].second));
  const auto& refused = std::get<Refused>(decoded->what);
  EXPECT_EQ(refused.code, RefusalCode::wrong_revision);
  EXPECT_EQ(refused.message, "the stream has 9 events");
  EXPECT_EQ(refused.stream.kind, StreamKind::household);
  EXPECT_EQ(refused.actual, 9u);
  EXPECT_EQ(refused.retry_after_ms, 250u);
}

TEST(LogProtocol, a_large_append_is_one_segment) {
  const Bytes event = encode_event(test::sample_events().back());
  const Append append{.append_id = test::sample_id<AppendId>(1),
                      .conditions = std::vector<Condition>(append_conditions_max),
                      .events = std::vector<Bytes>(append_events_max, event)};
  const auto decoded = decode_request(encode(Request{1, append}));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(std::get<Append>(decoded->what).events.size(), append_events_max);
}

TEST(LogProtocol, retries_have_equal_digests_and_other_requests_do_not) {
  const auto append = std::get<Append>(test::sample_requests()[1].second.what);
  Append other = append;
  EXPECT_EQ(digest_of(append), digest_of(other));
  other.append_id = test::sample_id<AppendId>(2);  // the id is the key, not part of what it says
  EXPECT_EQ(digest_of(append), digest_of(other));
  other.events[0][40] ^= std::byte{1};
  EXPECT_NE(digest_of(append), digest_of(other));
  other = append;
  other.conditions[0].revision = Revision{8};
  EXPECT_NE(digest_of(append), digest_of(other));
  other = append;
  other.events.pop_back();
  EXPECT_NE(digest_of(append), digest_of(other));
}

// Stored for ever: what these were must never change.
TEST(LogProtocol, digests_are_as_they_were_stored) {
  const auto append = std::get<Append>(test::sample_requests()[1].second.what);
  EXPECT_EQ(to_hex(digest_of(append)),
            "cbfbb7161587f9ffeccf5309d4e2b44500000000000000000000000000000000");
  EXPECT_EQ(to_hex(sha_digest_of(append)),
            "1ee3490b5cabfaaa6dd5c33344ac7991313111b8958f3b0a78389ded27a7b81c");
}

TEST(BoardProtocol, every_question_comes_back_as_it_was) {
  for (const auto& [name, question] : test::sample_questions()) {
    const auto decoded = decode_question(encode(question));
    ASSERT_TRUE(decoded) << name << decoded.error().message;
    EXPECT_EQ(decoded->what.index(), question.what.index()) << name;
    EXPECT_EQ(encode(*decoded), encode(question)) << name;
  }
}

TEST(BoardProtocol, every_answer_comes_back_as_it_was) {
  for (const auto& [name, answer] : test::sample_answers()) {
    const auto decoded = decode_answer(encode(answer));
    ASSERT_TRUE(decoded) << name << decoded.error().message;
    EXPECT_EQ(decoded->as_of, answer.as_of);
    EXPECT_EQ(decoded->head, answer.head);
    EXPECT_EQ(decoded->recorded_at, answer.recorded_at);
    EXPECT_EQ(decoded->what.index(), answer.what.index()) << name;
    EXPECT_EQ(encode(*decoded), encode(answer)) << name;
  }
}

TEST(BoardProtocol, an_area_keeps_its_tally) {
  const auto decoded = decode_answer(encode(test::sample_answers()[0].second));
  const auto& areas = std::get<Areas>(decoded->what).areas;
  ASSERT_EQ(areas.size(), 2u);
  EXPECT_EQ(areas[0].tally, test::sample_tally());
  EXPECT_EQ(areas[0].name, "警予社区");
  EXPECT_EQ(areas[0].children, 7u);
  EXPECT_EQ(areas[1].tally, Tally{});
}

TEST(BoardProtocol, a_household_keeps_its_answer) {
  const auto decoded = decode_answer(encode(test::sample_answers()[1].second));
  const auto& household = std::get<HouseholdPage>(decoded->what).households.at(0);
  const auto sample = test::sample_household_view();
  EXPECT_EQ(household.withdrawn, sample.withdrawn);
  EXPECT_EQ(household.disposition, sample.disposition);
  EXPECT_EQ(household.decided_by, sample.decided_by);
  EXPECT_EQ(household.persons, sample.persons);
  EXPECT_EQ(household.lead, sample.lead);
  EXPECT_EQ(household.visits, sample.visits);
}

TEST(BoardProtocol, full_pages_are_one_segment) {
  const std::string name(text_bytes_max, 'n');
  const std::vector<AreaView> areas(page_rows_max,
                                    {.name = name, .round = test::sample_id<RoundId>(1)});
  EXPECT_TRUE(decode_answer(encode(Answer{.what = Areas{areas}})));
  const std::vector<HouseholdView> households(page_rows_max, test::sample_household_view());
  EXPECT_TRUE(decode_answer(encode(Answer{.what = HouseholdPage{households, {}}})));
  const std::vector<Task> tasks(page_rows_max, test::sample_task());
  EXPECT_TRUE(decode_answer(encode(Answer{.what = TaskPage{tasks, 0, {}}})));
}

TEST(LogProtocol, a_block_outlives_the_message_that_it_came_in) {
  const Bytes block(10'000, std::byte{9});
  SharedBytes frame = encode(Reply{1, Batch{.number = 1, .block = block}});
  const std::byte* const inside = frame.data();
  auto reply = decode_reply(frame).value();
  frame = {};
  const SharedBytes kept = std::get<Batch>(reply.what).block;
  reply = {};
  EXPECT_EQ(kept, block);
  EXPECT_GT(kept.data(), inside);
  EXPECT_LT(kept.data(), inside + 1'000) << "not copied";
}

TEST(Frame, another_protocol_version_kind_or_flag_is_refused) {
  const Bytes good = encode(test::sample_requests()[0].second);
  ASSERT_TRUE(decode_request(good));
  for (const std::size_t place : {0u, 1u, 2u, 4u, 5u}) {
    Bytes bad = good;
    bad[place] ^= std::byte{0x40};
    EXPECT_EQ(decode_request(bad).error().code, ErrorCode::invalid) << place;
  }
  EXPECT_FALSE(decode_reply(good));
  EXPECT_FALSE(decode_question(good));
  EXPECT_FALSE(decode_answer(good));
}

TEST(Frame, a_higher_minor_version_is_read) {
  Bytes newer = encode(test::sample_requests()[0].second);
  newer[3] = std::byte{9};
  EXPECT_TRUE(decode_request(newer));
}

TEST(Frame, an_oversized_frame_is_too_large) {
  const Bytes huge(frame_bytes_max + 1);
  EXPECT_EQ(decode_request(huge).error().code, ErrorCode::too_large);
}

TEST(Frame, is_read_at_any_alignment) {
  const Bytes frame = encode(test::sample_requests()[1].second);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Bytes shifted(shift + frame.size());
    std::memcpy(shifted.data() + shift, frame.data(), frame.size());
    const auto decoded = decode_request(BytesView{shifted}.subspan(shift));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode(*decoded), frame);
  }
}

Bytes frame_of_words(FrameKind kind, const std::vector<std::uint64_t>& words) {
  Bytes frame(frame_header_bytes + words.size() * 8);
  write_frame_header(std::span{frame}.first<frame_header_bytes>(), kind);
  std::memcpy(frame.data() + frame_header_bytes, words.data(), words.size() * 8);
  return frame;
}

TEST(Frame, many_segments_are_refused) {
  // 512 segments of which the table lists the first.
  std::vector<std::uint64_t> words(300);
  words[0] = 511 | (std::uint64_t{10} << 32);
  EXPECT_FALSE(decode_request(frame_of_words(FrameKind::log_request, words)));
  words[0] = 0xffff'ffff | (std::uint64_t{0xffff'ffff} << 32);
  EXPECT_FALSE(decode_request(frame_of_words(FrameKind::log_request, words)));
}

TEST(Frame, a_pointer_to_itself_ends) {
  // One segment of one word: a struct pointer with offset -1, one pointer wide: it contains itself.
  const std::uint64_t loop = 0xffff'fffcULL | (std::uint64_t{1} << 48);
  const std::vector<std::uint64_t> words = {std::uint64_t{1} << 32, loop};
  for (const FrameKind kind : {FrameKind::log_request, FrameKind::log_reply,
                               FrameKind::board_question, FrameKind::board_answer}) {
    const Bytes frame = frame_of_words(kind, words);
    static_cast<void>(decode_request(frame));
    static_cast<void>(decode_reply(frame));
    static_cast<void>(decode_question(frame));
    static_cast<void>(decode_answer(frame));
  }
}

TEST(Frame, random_flips_and_cuts_are_answered_and_never_crash) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  std::vector<Bytes> frames;
  for (const auto& [name, message] : test::sample_requests()) frames.push_back(encode(message));
  for (const auto& [name, message] : test::sample_replies()) frames.push_back(encode(message));
  for (const auto& [name, message] : test::sample_questions()) frames.push_back(encode(message));
  for (const auto& [name, message] : test::sample_answers()) frames.push_back(encode(message));
  for (int round = 0; round < 30'000; ++round) {
    Bytes frame = frames[random() % frames.size()];
    for (std::uint64_t flips = 1 + random() % 6; flips > 0; --flips) {
      frame[frame_header_bytes + random() % (frame.size() - frame_header_bytes)] ^=
          static_cast<std::byte>(1U << (random() % 8));
    }
    if (random() % 4 == 0) frame.resize(random() % (frame.size() + 1));
    static_cast<void>(decode_request(frame));
    static_cast<void>(decode_reply(frame));
    static_cast<void>(decode_question(frame));
    static_cast<void>(decode_answer(frame));
  }
}

}  // namespace
}  // namespace doorstep::wire
