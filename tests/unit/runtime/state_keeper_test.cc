#include "common/runtime/state_keeper.h"

#include <gtest/gtest.h>

namespace doorstep::runtime {
namespace {

constexpr bool level = true;
constexpr bool behind = false;

// A disk that can be full.
class File final : public SnapshotFile {
 public:
  [[nodiscard]] Result<std::optional<Bytes>> read() const override { return bytes_; }
  [[nodiscard]] Outcome replace(BytesView bytes) override {
    if (is_full) return failure(ErrorCode::io, "no space left");
    bytes_ = Bytes{bytes.begin(), bytes.end()};
    return {};
  }
  bool is_full{};

 private:
  std::optional<Bytes> bytes_{};
};

struct StateKeeperTest : testing::Test {
  [[nodiscard]] bool is_due(std::uint64_t upto, bool is_level) const {
    return keeper.is_due(Position{upto}, is_level, now);
  }
  void keep(std::uint64_t upto) {
    keeper.keep(Position{upto}, now, [] { return Bytes(3); });
  }

  File file{};
  Metrics metrics{};
  StateKeeper keeper{file,
                     metrics,
                     {.service = "counting", .file = "snapshots/counting"},
                     {.events = 10, .events_behind = 40}};
  Now now{.wall = *parse_instant("2022-03-23T09:00:00+08:00")};
};

TEST_F(StateKeeperTest, is_due_after_so_many_events_and_later_while_catching_up) {
  keep(5);
  EXPECT_FALSE(is_due(14, level));
  EXPECT_TRUE(is_due(15, level));
  EXPECT_FALSE(is_due(44, behind));
  EXPECT_TRUE(is_due(45, behind));
}

TEST_F(StateKeeperTest, is_due_once_level_after_a_start_if_anything_came) {
  keeper.begin_at(Position{5});
  EXPECT_EQ(keeper.kept(), Position{5});
  EXPECT_FALSE(is_due(5, level));
  EXPECT_FALSE(is_due(6, behind));
  EXPECT_TRUE(is_due(6, level));
  keep(6);
  EXPECT_FALSE(is_due(7, level));
}

TEST_F(StateKeeperTest, is_due_once_level_on_another_day) {
  keep(5);
  now.wall = *parse_instant("2022-03-23T23:59:59+08:00");
  EXPECT_FALSE(is_due(6, level));
  now.wall = *parse_instant("2022-03-24T00:00:00+08:00");
  EXPECT_FALSE(is_due(5, level)) << "nothing new";
  EXPECT_FALSE(is_due(6, behind));
  EXPECT_TRUE(is_due(6, level));
}

TEST_F(StateKeeperTest, what_could_not_be_written_is_not_kept_and_not_tried_in_every_step) {
  keep(5);
  file.is_full = true;
  keep(20);
  EXPECT_EQ(keeper.kept(), Position{5});
  EXPECT_TRUE(keeper.is_done(Position{20}));
  EXPECT_FALSE(is_due(29, level));
  EXPECT_TRUE(is_due(30, level));
  EXPECT_EQ(metrics.counter("doorstep_counting_snapshots_failed_total", "").value(), 1);
  file.is_full = false;
  keep(30);
  EXPECT_EQ(keeper.kept(), Position{30});
  EXPECT_EQ(keeper.read()->size(), 3u);
}

TEST_F(StateKeeperTest, an_end_of_the_feed_says_which_file_to_move_or_to_bring) {
  const wire::Refused other{.code = wire::RefusalCode::epoch_changed, .message = "another epoch"};
  EXPECT_NE(keeper.feed_ended(Position{5}, other).message.find("move the file snapshots/counting"),
            std::string::npos);
  const wire::Refused below{.code = wire::RefusalCode::cursor_below_floor, .message = "gone"};
  const wire::Refused damaged{.code = wire::RefusalCode::damaged, .message = "cannot be read"};
  const std::string words = keeper.feed_ended(Position{5}, damaged).message;
  EXPECT_NE(words.find("leave it where it is"), std::string::npos) << words;
  EXPECT_EQ(words.find("move the file"), std::string::npos) << words;
  const Error why = keeper.feed_ended(Position{5}, below);
  EXPECT_NE(why.message.find("Put a newer one there"), std::string::npos);
  EXPECT_EQ(why.message.find("move the file"), std::string::npos);
}

}  // namespace
}  // namespace doorstep::runtime
