#include "services/event_log/note_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "common/proof/cosignature.h"
#include "common/runtime/durable_file.h"
#include "tests/unit/event_log/proven_log.h"

namespace doorstep::event_log {
namespace {

class NotesTest : public ProofsTest {
 protected:
  NotesTest()
      : folder_{std::filesystem::temp_directory_path() /
                ("doorstep-notes-" + std::to_string(::getpid()))},
        notes_{folder_} {
    std::filesystem::remove_all(folder_);
    log_.notes = &notes_;
    log_.clock.set_wall(parse_instant("2022-03-23T23:59:50+08:00").value());
  }
  ~NotesTest() override { std::filesystem::remove_all(folder_); }
  // How many events the day's checkpoint covers; 0: there is none.
  std::uint64_t size_of(const char* day) {
    const auto note = notes_.of_day(parse_day(day).value()).value();
    if (!note) return 0;
    const auto opened = proof::open_checkpoint(*note, LogInMemory::key());
    EXPECT_TRUE(opened.has_value());
    if (!opened) return 0;
    EXPECT_EQ(opened->root, ledger_.root(opened->size));
    return opened->size;
  }

  [[nodiscard]] std::unique_ptr<Messages> start_before_midnight(LogInMemory& log) {
    log.notes = &notes_;
    log.clock.set_wall(parse_instant("2022-03-23T23:59:59+08:00").value());
    EXPECT_TRUE(log.start().has_value());
    auto client = log.client("cmd");
    log.run();
    return client;
  }

  std::filesystem::path folder_;
  NoteFiles notes_;
};

TEST_F(NotesTest, a_days_last_position_has_a_checkpoint_of_its_own) {
  start();
  append_blocks(1, 1'500);
  EXPECT_EQ(size_of("2022-03-23"), 0u) << "it goes on";
  log_.clock.advance(Milliseconds{9'999});
  log_.run();
  append_blocks(1, 3);
  log_.clock.advance(Milliseconds{1});
  append_blocks(1, 4);
  log_.run();
  EXPECT_EQ(size_of("2022-03-23"), 1'503u);
  EXPECT_EQ(size_of("2022-03-24"), 0u);
}

TEST_F(NotesTest, a_day_ends_by_the_clock_where_nothing_more_comes) {
  start();
  append_blocks(1, 5);
  log_.clock.advance(Milliseconds{10'000});
  log_.run();
  EXPECT_EQ(size_of("2022-03-23"), 5u);
}

TEST_F(NotesTest, blocks_of_two_days_that_are_durable_at_once_are_told_apart) {
  LogInMemory slow{Settling::by_hand};
  const auto client = start_before_midnight(slow);
  // Each is large enough to be a block that waits for no other.
  std::uint64_t id = 0;
  for (std::uint64_t number = 1; number <= 2; ++number) {
    std::vector<Bytes> events;
    while (events.size() < 1'600) events.push_back(reported_in(++id));
    send(*client, {number, append(++id, std::move(events))});
    slow.run();
    slow.clock.advance(Milliseconds{1'000});
  }
  ASSERT_EQ(slow.disk.head(), Position{}) << "both are under way";
  slow.store().settle();
  slow.run();
  ASSERT_EQ(slow.disk.head(), Position{3'200});
  ledger_.read(slow);
  EXPECT_EQ(size_of("2022-03-23"), 1'600u);
}

TEST_F(NotesTest, two_days_in_one_block_are_told_apart) {
  LogInMemory slow{Settling::by_hand};
  const auto client = start_before_midnight(slow);
  // The first is under way; the second and third wait for it, in one block, on both sides of
  // midnight.
  send(*client, {1, append(1)});
  slow.run();
  send(*client, {2, append(2)});
  slow.run();
  slow.clock.advance(Milliseconds{1'000});
  send(*client, {3, append(3)});
  slow.run();
  for (int i = 0; i < 3; ++i) {
    slow.store().settle();
    slow.run();
  }
  ASSERT_EQ(slow.disk.blocks(), 2u);
  ledger_.read(slow);
  EXPECT_EQ(size_of("2022-03-23"), 2u);
}

TEST_F(NotesTest, a_day_that_a_crash_left_without_is_made_up_for) {
  start();
  append_blocks(2, 700);
  log_.clock.advance(Milliseconds{10'000});
  append_blocks(2, 700);
  log_.run();
  ASSERT_EQ(size_of("2022-03-23"), 1'400u);
  std::filesystem::remove_all(folder_);
  start();
  EXPECT_EQ(size_of("2022-03-23"), 1'400u);
}

TEST_F(NotesTest, cosignatures_of_the_newest_checkpoint_are_given_with_it) {
  start();
  append_blocks(1, 5);
  sign();
  const auto note = ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note;
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const std::string cosigned = note + proof::cosign(text, "w", LogInMemory::key(), 7);
  ASSERT_TRUE(runtime::replace_file(folder_ / "cosigned", cosigned, 0600).has_value());
  log_.clock.advance(Milliseconds{100});
  EXPECT_EQ(ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note, cosigned);
  EXPECT_EQ(ask<wire::Proof>({.what = wire::Prove{.position = Position{1}}}).checkpoint, cosigned);
  append_blocks(1, 1);
  sign();
  EXPECT_NE(ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note, cosigned);
  EXPECT_EQ(ask<wire::Proof>({.what = wire::Prove{.position = Position{1}, .size = 5}}).checkpoint,
            cosigned)
      << "the older one is still there to be proven against";
}

TEST_F(NotesTest, a_cosigned_note_that_is_not_the_logs_own_is_ignored) {
  start();
  append_blocks(1, 5);
  sign();
  const auto note = ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note;
  for (const std::string& wrong :
       std::vector<std::string>{"", "hello\n", note.substr(1), note + "nothing\n"}) {
    ASSERT_TRUE(runtime::replace_file(folder_ / "cosigned", wrong, 0600).has_value());
    EXPECT_EQ(ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note, note);
  }
}

TEST(DayEnds, a_day_that_the_clock_reopens_ends_once_more) {
  const Instant evening = parse_instant("2022-03-23T20:00:00+08:00").value();
  const Instant morning = parse_instant("2022-03-24T08:00:00+08:00").value();
  DayEnds days{Position{4}, evening};
  const Day day = beijing_day(evening);
  EXPECT_EQ(days.tick(evening), std::nullopt);
  EXPECT_EQ(days.tick(morning), (DayEnd{day, Position{4}}));
  EXPECT_EQ(days.tick(morning), std::nullopt) << "told once";
  EXPECT_EQ(days.take(Position{5}, evening), std::nullopt);
  EXPECT_EQ(days.take(Position{6}, morning), (DayEnd{day, Position{5}}));
  EXPECT_EQ(DayEnds(Position{}, Instant{}).tick(morning), std::nullopt) << "nothing happened yet";
}

}  // namespace
}  // namespace doorstep::event_log
