// Every message between processes as its frame: what an old client sends must be read, and what we
// send must be what an old client reads.
#include <gtest/gtest.h>

#include "tests/support/golden.h"
#include "tests/support/sample_messages.h"

namespace doorstep {
namespace {

// Messages have no operator==; encoding what was decoded shows that nothing was lost.
template <class Message, class Decode>
void expect_golden(const test::Named<Message>& samples, Decode decode) {
  for (const auto& [name, message] : samples) {
    SCOPED_TRACE(name);
    const std::string fresh = test::to_hex_lines(wire::encode(message));
    const auto file = std::filesystem::path{GOLDEN_FOLDER} / (name + ".hex");
    const std::string text = test::golden_text(file, fresh);
    EXPECT_EQ(fresh, text);
    const auto decoded = decode(test::from_hex_lines(text));
    if (!decoded) {
      ADD_FAILURE() << decoded.error().message;
      continue;
    }
    EXPECT_EQ(test::to_hex_lines(wire::encode(*decoded)), text);
  }
}

TEST(GoldenFrames, requests_to_the_log_are_read_and_written_as_ever) {
  expect_golden(test::sample_requests(), wire::decode_request);
}

TEST(GoldenFrames, replies_of_the_log_are_read_and_written_as_ever) {
  expect_golden(test::sample_replies(), wire::decode_reply);
}

TEST(GoldenFrames, questions_to_aggregation_are_read_and_written_as_ever) {
  expect_golden(test::sample_questions(), wire::decode_question);
}

TEST(GoldenFrames, answers_of_aggregation_are_read_and_written_as_ever) {
  expect_golden(test::sample_answers(), wire::decode_answer);
}

}  // namespace
}  // namespace doorstep
