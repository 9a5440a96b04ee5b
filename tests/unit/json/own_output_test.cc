// What Doorstep writes it reads: no word of an answer is lost to the rules for input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/problem.h"
#include "common/json/reader.h"
#include "common/json/writer.h"

namespace doorstep::json {
namespace {

std::string json_of(std::string_view text) {
  Writer to;
  return to.begin_object().field("t", text).end_object().take();
}

std::optional<std::string> read(const std::string& json, Origin origin) {
  const auto document = Document::parse(json, origin);
  if (!document) return std::nullopt;
  std::vector<FieldProblem> problems;
  auto object = document->object(problems);
  const auto text = object->text("t", Need::required, 5);
  return text ? std::optional{std::string{*text}} : std::nullopt;
}

TEST(OwnOutput, any_text_is_read_as_it_was_written) {
  using namespace std::string_literals;
  for (const std::string& text : {"第一行\n第二行"s, "\x1b[2J"s, "\0"s, "\u200b\u202e\ufeff\u0085"s,
                                  "\U000e0041\U0001f600"s, "\"\\/"s, std::string(100'000, 'x')}) {
    EXPECT_EQ(read(json_of(text), Origin::own), text) << text.substr(0, 20);
  }
  EXPECT_EQ(read(json_of("a\nb"), Origin::outside), std::nullopt) << "the rules for input stay";
  EXPECT_EQ(read(json_of("abcdef"), Origin::outside), std::nullopt);
}

TEST(OwnOutput, any_number_of_objects_is_read) {
  Writer to;
  to.begin_object().key("list").begin_array();
  for (int i = 0; i < 5'000; ++i) to.begin_object().field("t", i).end_object();
  const std::string json = to.end_array().end_object().take();
  for (const Origin origin : {Origin::own, Origin::outside}) {
    std::vector<FieldProblem> problems;
    const auto document = Document::parse(json, origin);
    auto object = document->object(problems);
    const auto list = object->objects("list", Need::required, 1'000);
    EXPECT_EQ(list ? list->size() : 0, origin == Origin::own ? 5'000u : 0u);
  }
}

TEST(OwnOutput, its_structure_and_numbers_are_checked_all_the_same) {
  std::vector<FieldProblem> problems;
  const auto document = Document::parse(R"({"t":5,"n":"x","b":1,"o":[]})", Origin::own);
  auto object = document->object(problems);
  EXPECT_FALSE(object->text("t", Need::required, 5));
  EXPECT_FALSE(object->whole("n", Need::required, 0, 9));
  EXPECT_FALSE(object->truth("b", Need::required));
  EXPECT_FALSE(object->object("o", Need::required));
  EXPECT_FALSE(object->text("missing", Need::required, 5));
  EXPECT_EQ(problems.size(), 5u);
  EXPECT_FALSE(Document::parse("{\"t\":1,\"t\":2}", Origin::own));
  EXPECT_FALSE(Document::parse("{", Origin::own));
}

TEST(OwnOutput, truth_is_true_or_false) {
  std::vector<FieldProblem> problems;
  const auto document = Document::parse(R"({"yes":true,"no":false})");
  auto object = document->object(problems);
  EXPECT_EQ(object->truth("yes", Need::required), true);
  EXPECT_EQ(object->truth("no", Need::required), false);
  EXPECT_EQ(object->truth("none", Need::optional), std::nullopt);
  EXPECT_TRUE(problems.empty());
}

TEST(Writer, json_can_be_shown_on_a_terminal) {
  EXPECT_EQ(json_of("\x1b[31m\x7f"), R"({"t":"\u001b[31m\u007f"})");
  EXPECT_EQ(json_of("a\u202eb\u0085"), R"({"t":"a\u202eb\u0085"})");
  EXPECT_EQ(json_of("a\U000e0041"), R"({"t":"a\udb40\udc41"})");
  EXPECT_EQ(json_of("卢峰镇\U0001f600é"), "{\"t\":\"卢峰镇\U0001f600é\"}");
}

TEST(Writer, a_byte_that_is_no_utf_8_does_not_break_the_document) {
  EXPECT_EQ(json_of("a\xff\xb1z"), R"({"t":"a\ufffd\ufffdz"})");
  EXPECT_TRUE(Document::parse(json_of("\xc3")));
}

}  // namespace
}  // namespace doorstep::json
