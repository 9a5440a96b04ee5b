#include "services/reporting/edition.h"

#include <gtest/gtest.h>

#include "common/hash/sha256.h"
#include "common/memory/memory_messages.h"
#include "services/reporting/answers_json.h"
#include "tests/support/sample_messages.h"
#include "tests/unit/reporting/desk.h"

namespace doorstep::reporting {
namespace {

const wire::Edition edition{LogId{{0x0197'0000'0000'7000, 0x8000'0000'0000'0001}}, Epoch{2}, 3};

TEST(Editions, are_told_apart_by_log_epoch_fold_and_form) {
  EXPECT_EQ(to_text(edition),
            "01970000000070008000000000000001-2-3-" + std::to_string(answers_form));
  EXPECT_EQ(to_text(wire::Edition{}), "");
}

TEST(Editions, of_a_place_are_read_back) {
  EXPECT_EQ(parse_place(to_text(to_text(edition), "77")), (Place{to_text(edition), "77"}));
  EXPECT_EQ(parse_place("77"), (Place{"", "77"}));
  EXPECT_EQ(parse_seen(to_text(to_text(edition), "77")), (Seen{to_text(edition), Position{77}}));
  for (const char* text :
       {"", "77", ".77", "a.", "a.7x", "a.-7", "a.99999999999999999999", "a. 7"}) {
    EXPECT_FALSE(parse_seen(text)) << text;
  }
}

TEST(Editions, tag_an_answer_by_all_that_it_says) {
  const std::string tag = etag_of("e", Position{4}, "body");
  EXPECT_TRUE(tag.starts_with("\"e.4."));
  EXPECT_TRUE(tag.ends_with('"'));
  EXPECT_EQ(tag, etag_of("e", Position{4}, "body"));
  EXPECT_NE(tag, etag_of("f", Position{4}, "body"));
  EXPECT_NE(tag, etag_of("e", Position{5}, "body"));
  EXPECT_NE(tag, etag_of("e", Position{4}, "body "));
}

// A stream's first frame, and what it says where nothing happens.
void add_stream(Hasher& hasher) {
  test::Desk desk;
  desk.pass(Milliseconds{200});
  const HttpToken token = desk.stream("area=431224&area=431224100");
  const std::string areas = desk.frame(token);
  EXPECT_NE(areas.find("event: areas\n"), std::string::npos);
  hasher.add(std::string_view{areas});
  desk.pass(Milliseconds{6'000});
  const std::string heartbeat = desk.frame(token);
  EXPECT_NE(heartbeat.find("event: heartbeat\n"), std::string::npos);
  hasher.add(std::string_view{heartbeat});
}

// Every kind of answer, once. Whoever changes what one looks like raises answers_form, so that
// nobody is told that what he has is still the same, and writes the new hash here.
TEST(Editions, change_with_the_form_of_the_answers) {
  memory::MemoryNetwork network;
  const auto nobody = network.connect("aggregation", "reporting");
  AggregationClient aggregation{*nobody};
  const AreaNames names{aggregation};
  Hasher hasher;
  const auto add = [&](const Asked& asked, const wire::Answer& answer) {
    auto body = body_of(asked, answer, names, true);
    hasher.add(std::string_view{body ? *body : json::to_json(body.error())});
  };
  for (auto& [name, answer] : doorstep::test::sample_answers()) {
    const auto* areas = std::get_if<wire::Areas>(&answer.what);
    const bool is_page = std::holds_alternative<wire::HouseholdPage>(answer.what);
    add(areas != nullptr ? Asked{wire::AskChildren{}} : Asked{wire::AskHouseholds{}}, answer);
    if (is_page) add(wire::AskHousehold{}, answer);
    if (areas == nullptr) continue;
    wire::Answer one = answer;
    one.what = wire::Areas{{areas->areas.front()}};
    add(wire::AskArea{}, one);
  }
  const History history{.events = {"{}"}, .next = Position{1}, .as_of = Position{2}};
  hasher.add(std::string_view{history_json({{1, 2}}, to_text(edition), history)});
  add_stream(hasher);
  EXPECT_EQ(answers_form, 2U);
  EXPECT_EQ(to_hex(hasher.finish()).substr(0, 16), "4a61ec57e1178109");
}

}  // namespace
}  // namespace doorstep::reporting
