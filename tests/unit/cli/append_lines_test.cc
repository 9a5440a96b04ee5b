#include "clients/cli/append_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::cli {
namespace {

// Worker reported in: what the log in memory lets "cli" append.
std::string line(int number) {
  const std::string digits = std::to_string(1000 + number);
  return R"({"id":"01900000-0000-7000-9000-00000000)" + digits +
         R"(","type":"workerReportedIn","area":"431224","happenedAt":"2022-03-23T09:00:00+08:00",)" +
         R"("body":{"worker":"01900000-0000-7000-8000-00000000)" + digits + R"("}})";
}

class AppendLinesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(log_.start().has_value());
    socket_ = log_.client("cmd");
    client_ = std::make_unique<runtime::LogClient>(*socket_);
  }
  std::unique_ptr<AppendLines> lines() {
    return std::make_unique<AppendLines>(
        *client_, AppendLines::Sinks{[this](const std::string& text) { out_.push_back(text); },
                                     [this](const std::string& text) { err_.push_back(text); }});
  }
  void run(AppendLines& lines) {
    for (int i = 0; i < 1000 && !lines.is_done(); ++i) {
      static_cast<void>(client_->step({log_.clock.now(), log_.clock.monotonic()}));
      log_.run();
      static_cast<void>(client_->step({log_.clock.now(), log_.clock.monotonic()}));
      lines.write_decided();
    }
  }

  event_log::LogInMemory log_{};
  std::unique_ptr<Messages> socket_{};
  std::unique_ptr<runtime::LogClient> client_{};
  std::vector<std::string> out_{};
  std::vector<std::string> err_{};
};

TEST_F(AppendLinesTest, each_line_is_acknowledged_in_order) {
  const auto lines = this->lines();
  for (int i = 0; i < 3; ++i) lines->take(line(i));
  run(*lines);
  ASSERT_EQ(out_.size(), 3u);
  EXPECT_THAT(out_[0], testing::HasSubstr(R"("first":1,"last":1,"duplicate":false)"));
  EXPECT_THAT(out_[2], testing::HasSubstr(R"("first":3,"last":3,"duplicate":false)"));
  EXPECT_EQ(lines->exit_code(), ExitCode::ok);
}

TEST_F(AppendLinesTest, the_same_line_again_is_a_duplicate) {
  const auto lines = this->lines();
  lines->take(line(0));
  run(*lines);
  lines->take(line(0));
  run(*lines);
  ASSERT_EQ(out_.size(), 2u);
  EXPECT_THAT(out_[1], testing::HasSubstr(R"("first":1,"last":1,"duplicate":true)"));
}

TEST_F(AppendLinesTest, a_bad_line_is_named_and_the_others_land) {
  const auto lines = this->lines();
  lines->take(line(0));
  lines->take("");
  lines->take("not json");
  lines->take(line(1));
  run(*lines);
  EXPECT_EQ(out_.size(), 2u);
  ASSERT_EQ(err_.size(), 1u);
  EXPECT_THAT(err_[0], testing::HasSubstr(R"("line":3,"code":"invalid")"));
  EXPECT_EQ(lines->exit_code(), ExitCode::failed);
}

TEST_F(AppendLinesTest, a_batch_lands_as_one_under_its_first_event_s_id) {
  const auto lines = this->lines();
  lines->take(R"({"events":[)" + line(0) + "," + line(1) + "]}");
  lines->take(R"({"events":[]})");
  run(*lines);
  ASSERT_EQ(out_.size(), 1u);
  EXPECT_THAT(out_[0], testing::HasSubstr("01900000-0000-7000-9000-000000001000"));
  EXPECT_THAT(out_[0], testing::HasSubstr(R"("first":1,"last":2)"));
  EXPECT_EQ(err_.size(), 1u);
}

TEST_F(AppendLinesTest, what_the_key_may_not_append_is_denied_in_words) {
  const auto lines = this->lines();
  lines->take(
      R"({"id":"01900000-0000-7000-9000-000000000001","type":"areaDefined","happenedAt":"2022-03-23T09:00:00+08:00",)"
      R"("body":{"code":"431224","name":"x"}})");
  run(*lines);
  ASSERT_EQ(err_.size(), 1u);
  EXPECT_THAT(err_[0], testing::HasSubstr(R"("code":"denied")"));
}

}  // namespace
}  // namespace doorstep::cli
