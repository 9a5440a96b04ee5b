// Every message between processes as its frame, a folder for each minor version of the protocol:
// what any of them wrote must be read, with the same meaning; what we write is the newest one's.
#include <gtest/gtest.h>

#include "common/wire/bundle.h"
#include "tests/support/bundle_of.h"
#include "tests/support/golden.h"
#include "tests/support/sample_messages.h"

namespace doorstep {
namespace {

constexpr const char* older_versions[] = {"v1.0", "v1.1", "v1.2"};
constexpr const char* this_version = "v1.3";

std::filesystem::path file_of(const char* version, const std::string& name) {
  return std::filesystem::path{GOLDEN_FOLDER} / version / (name + ".hex");
}

// Messages have no operator==; encoding what was decoded shows that nothing was lost.
template <class Decode>
void expect_read(const std::filesystem::path& file, Decode decode, const std::string& meaning) {
  SCOPED_TRACE(file.string());
  const auto decoded = decode(test::from_hex_lines(test::golden_text(file, {})));
  if (!decoded) {
    ADD_FAILURE() << decoded.error().message;
    return;
  }
  EXPECT_EQ(test::to_hex_lines(wire::encode(*decoded)), meaning);
}

template <class Message, class Decode>
void expect_golden(const test::Named<Message>& samples, Decode decode) {
  for (const auto& [name, message] : samples) {
    SCOPED_TRACE(name);
    const std::string fresh = test::to_hex_lines(wire::encode(message));
    EXPECT_EQ(fresh, test::golden_text(file_of(this_version, name), fresh));
    expect_read(file_of(this_version, name), decode, fresh);
    for (const char* version : older_versions) {
      const auto file = file_of(version, name);
      if (std::filesystem::exists(file)) expect_read(file, decode, fresh);  // else it is newer
    }
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

TEST(GoldenFrames, a_bundle_is_read_and_written_as_ever) {
  std::vector<Bytes> frames;
  for (const auto& [name, request] : test::sample_requests()) frames.push_back(encode(request));
  const std::string fresh = test::to_hex_lines(test::bundle_of(frames));
  const std::string text = test::golden_text(file_of(this_version, "bundle_of_requests"), fresh);
  EXPECT_EQ(fresh, text);
  const Bytes bundle = test::from_hex_lines(text);
  const auto opened = wire::open_bundle(bundle);
  ASSERT_TRUE(opened.has_value());
  ASSERT_EQ(opened->size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal((*opened)[i], frames[i]));
  }
}

TEST(GoldenFrames, a_bundle_of_version_1_1_is_read) {
  const Bytes bundle =
      test::from_hex_lines(test::golden_text(file_of("v1.1", "bundle_of_requests"), {}));
  const auto opened = wire::open_bundle(bundle);
  ASSERT_TRUE(opened.has_value());
  const auto samples = test::sample_requests();
  ASSERT_GT(opened->size(), 10u);
  for (std::size_t i = 0; i < opened->size(); ++i) {
    const auto request = wire::decode_request((*opened)[i]);
    ASSERT_TRUE(request.has_value()) << samples[i].first;
    EXPECT_EQ(wire::encode(*request), wire::encode(samples[i].second));
  }
}

}  // namespace
}  // namespace doorstep
