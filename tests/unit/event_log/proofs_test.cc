#include "services/event_log/proofs.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "common/proof/cosignature.h"
#include "common/runtime/durable_file.h"
#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {
namespace {

// Beside the log: the records as they are, and every root straight from the tree.
class Ledger {
 public:
  void read(LogInMemory& log) {
    for (Position at = next(head_); at <= log.disk.head();) {
      const auto stored = log.store().read(at).value().value();
      const auto block = wire::Block::open(*stored.bytes).value();
      for (const wire::Record& record : block.records()) {
        records_.emplace_back(record.stored.begin(), record.stored.end());
        tree_.append(hasher_, record.stored);
        roots_.push_back(tree_.root(hasher_));
      }
      head_ = stored.last;
      at = next(head_);
    }
  }
  [[nodiscard]] std::uint64_t size() const { return records_.size(); }
  [[nodiscard]] const Bytes& record(std::uint64_t position) const {
    return records_.at(position - 1);
  }
  [[nodiscard]] Sha256 root(std::uint64_t size) {
    return size == 0 ? hasher_.finish() : roots_.at(size - 1);
  }

 private:
  Position head_{};
  Hasher hasher_{};
  proof::MerkleTree tree_{};
  std::vector<Bytes> records_{};
  std::vector<Sha256> roots_{};
};

class ProofsTest : public testing::Test {
 protected:
  void start() {
    const auto started = log_.start();
    ASSERT_TRUE(started.has_value()) << started.error().message;
    client_ = log_.client("cmd");
    log_.run();
  }
  void append_blocks(int blocks, std::size_t events_each) {
    for (int i = 0; i < blocks; ++i) {
      std::vector<Bytes> events;
      for (std::size_t e = 0; e < events_each; ++e) events.push_back(reported_in(++last_id_));
      send(*client_, {1, append(++last_id_, std::move(events))});
      log_.run();
    }
    ASSERT_EQ(only<wire::Appended>(replies(*client_)).size(), static_cast<std::size_t>(blocks));
    ledger_.read(log_);
  }
  void sign() {
    log_.clock.advance(SignedHead::interval);
    log_.run();
  }
  template <class What>
  What ask(wire::Request request) {
    request.number = 9;
    send(*client_, request);
    log_.run();
    const auto all = replies(*client_);
    const auto found = only<What>(all);
    if (found.size() == 1) return found.front();
    ADD_FAILURE() << "not answered as expected";
    for (const auto& refused : only<wire::Refused>(all)) ADD_FAILURE() << refused.message;
    return {};
  }
  void expect_included(std::uint64_t position, std::uint64_t size) {
    const auto proof =
        ask<wire::Proof>({.what = wire::Prove{.position = Position{position}, .size = size}});
    EXPECT_EQ(proof.record, ledger_.record(position));
    const Sha256 leaf = proof::leaf_hash(hasher_, proof.record);
    EXPECT_TRUE(proof::verify_inclusion(hasher_, {position - 1, size, leaf, ledger_.root(size)},
                                        proof.hashes))
        << position << " in " << size;
    const auto signed_as = proof::open_checkpoint(proof.checkpoint, LogInMemory::key());
    ASSERT_TRUE(signed_as.has_value());
    EXPECT_EQ(signed_as->size, size);
    EXPECT_EQ(signed_as->root, ledger_.root(size));
  }
  void expect_consistent(std::uint64_t old, std::uint64_t size) {
    const auto proof = ask<wire::Proof>({.what = wire::Prove{.old = old, .size = size}});
    EXPECT_TRUE(proof::verify_consistency(
        hasher_, {old, size, ledger_.root(old), ledger_.root(size)}, proof.hashes))
        << old << " in " << size;
    EXPECT_EQ(proof::open_checkpoint(proof.checkpoint, LogInMemory::key()).value().size, size);
  }

  LogInMemory log_{};
  std::unique_ptr<Messages> client_{};
  Ledger ledger_{};
  Hasher hasher_{};
  std::uint64_t last_id_{};
};

TEST_F(ProofsTest, the_newest_checkpoint_is_given_to_who_asks) {
  start();
  append_blocks(3, 2);
  sign();
  const auto note = ask<wire::CheckpointNote>({.what = wire::AskCheckpoint{}}).note;
  const auto opened = proof::open_checkpoint(note, LogInMemory::key());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->size, 6u);
  EXPECT_EQ(opened->root, ledger_.root(6));
}

TEST_F(ProofsTest, positions_of_every_page_are_proven_in_trees_of_every_kind) {
  start();
  append_blocks(40, 1);
  append_blocks(7, 300);
  append_blocks(1, 1'500);
  sign();
  ASSERT_EQ(ledger_.size(), 3'640u);
  for (const std::uint64_t size : {1u, 2u, 39u, 1'023u, 1'024u, 1'025u, 2'048u, 3'000u, 3'640u}) {
    for (const std::uint64_t position :
         {1u, 2u, 17u, 40u, 41u, 1'000u, 1'024u, 1'025u, 2'047u, 2'048u, 2'049u, 3'072u, 3'640u}) {
      if (position <= size) expect_included(position, size);
    }
  }
}

TEST_F(ProofsTest, trees_of_every_kind_are_beginnings_of_larger_ones) {
  start();
  append_blocks(3, 1'100);
  sign();
  const auto sizes = {0u, 1u, 2u, 777u, 1'023u, 1'024u, 1'025u, 2'047u, 2'048u, 3'072u, 3'300u};
  for (const std::uint64_t size : sizes) {
    if (size == 0) continue;
    for (const std::uint64_t old : sizes) {
      if (old <= size) expect_consistent(old, size);
    }
  }
}

TEST_F(ProofsTest, size_0_is_that_of_the_newest_checkpoint) {
  start();
  append_blocks(1, 5);
  append_blocks(1, 2);
  EXPECT_EQ(ask<wire::Proof>({.what = wire::Prove{.position = Position{2}}}).size, 5u);
  EXPECT_EQ(ask<wire::Proof>({.what = wire::Prove{.position = Position{6}}}).size, 7u)
      << "acknowledged, and not signed yet";
  sign();
  EXPECT_EQ(ask<wire::Proof>({.what = wire::Prove{.position = Position{2}}}).size, 7u);
}

TEST_F(ProofsTest, what_is_durable_and_not_signed_yet_is_proven_too) {
  start();
  append_blocks(1, 5);
  sign();
  append_blocks(1, 1'200);
  expect_included(1'100, 1'205);
  expect_consistent(5, 1'205);
}

TEST_F(ProofsTest, a_restart_changes_no_proof) {
  start();
  append_blocks(5, 500);
  sign();
  const wire::Request request{.what = wire::Prove{.position = Position{1'500}, .size = 2'400}};
  const auto before = ask<wire::Proof>(request);
  start();
  const auto after = ask<wire::Proof>(request);
  EXPECT_EQ(after.hashes, before.hashes);
  EXPECT_EQ(after.checkpoint, before.checkpoint);
}

TEST_F(ProofsTest, what_the_log_does_not_hold_is_refused_in_words) {
  start();
  append_blocks(1, 5);
  sign();
  const auto beyond = ask<wire::Refused>({.what = wire::Prove{.position = Position{1}, .size = 6}});
  EXPECT_EQ(beyond.code, wire::RefusalCode::ahead_of_log);
  EXPECT_EQ(beyond.position, Position{5});
  EXPECT_EQ(ask<wire::Refused>({.what = wire::Prove{.position = Position{4}, .size = 3}}).code,
            wire::RefusalCode::invalid);
  EXPECT_EQ(ask<wire::Refused>({.what = wire::Prove{.old = 4, .size = 3}}).code,
            wire::RefusalCode::invalid);
}

// 1,000 blocks are opened for one proof: the appends of others go on between.
TEST_F(ProofsTest, an_append_does_not_wait_for_a_proof) {
  start();
  append_blocks(1'000, 1);
  sign();
  start();  // nothing is in the tail
  send(*client_, {1, wire::Prove{.position = Position{3}}});
  send(*client_, {2, append(++last_id_, {reported_in(++last_id_)})});
  bool appended = false;
  bool proven = false;
  for (int step = 0; step < 20'000 && !proven; ++step) {
    ASSERT_TRUE(log_.commands().step({log_.clock.now(), log_.clock.monotonic()}).has_value());
    const auto all = replies(*client_);
    if (!only<wire::Appended>(all).empty()) {
      appended = true;
      EXPECT_LT(step, 10);
    }
    proven = !only<wire::Proof>(all).empty();
    EXPECT_FALSE(proven && step < 400) << "it read too much in one step";
  }
  EXPECT_TRUE(appended);
  EXPECT_TRUE(proven);
}

TEST_F(ProofsTest, too_many_at_once_are_asked_to_come_again) {
  start();
  append_blocks(1, 5);
  sign();
  for (std::size_t i = 0; i <= Proofs::waiting_max; ++i) {
    send(*client_, {i, wire::Prove{.position = Position{1}}});
  }
  log_.run();
  const auto all = replies(*client_);
  EXPECT_EQ(only<wire::Proof>(all).size(), Proofs::waiting_max);
  ASSERT_EQ(only<wire::Refused>(all).size(), 1u);
  EXPECT_EQ(only<wire::Refused>(all).front().code, wire::RefusalCode::busy);
}

// A store that holds something else than what was signed, behind checksums that are right.
TEST_F(ProofsTest, what_contradicts_the_signed_head_is_never_signed) {
  start();
  append_blocks(2, 700);
  memory::MemorySnapshotFile file;
  SignedHead head{file, LogInMemory::key(), {.log = id_of<LogId>(77), .epoch = Epoch{1}}};
  Sha256 wrong = ledger_.root(1'400);
  wrong[5] ^= 1;
  ASSERT_TRUE(head.write(1'400, wrong, Milliseconds{}).has_value());
  Tail tail{Position{1'400}};
  proof::MerkleTree tree;
  std::vector<Sha256> pages;
  for (std::uint64_t i = 1; i <= 1'400; ++i) tree.append(hasher_, ledger_.record(i), &pages);
  Proofs proofs{{log_.store(), tail, head}, TreeNodes{pages}, Position{1'400}, Instant{}};
  proofs.ask(PeerId{1}, 1, {.position = Position{9}, .size = 1'000});
  Result<Work> work = Work::done;
  while (work && *work == Work::done) work = proofs.step(Instant{}, true);
  ASSERT_FALSE(work.has_value());
  EXPECT_EQ(work.error().code, ErrorCode::damaged);
  EXPECT_TRUE(proofs.take_answers().empty());
}

TEST_F(ProofsTest, below_the_floor_it_says_so) {
  start();
  append_blocks(5, 700);
  sign();
  memory::MemorySnapshotFile file;
  SignedHead head{file, LogInMemory::key(), {.log = id_of<LogId>(77), .epoch = Epoch{1}}};
  ASSERT_TRUE(head.write(3'500, ledger_.root(3'500), Milliseconds{}).has_value());
  Tail tail{Position{3'500}};
  proof::MerkleTree tree;
  std::vector<Sha256> pages;
  for (std::uint64_t i = 1; i <= 3'500; ++i) tree.append(hasher_, ledger_.record(i), &pages);
  Proofs proofs{{log_.store(), tail, head}, TreeNodes{pages}, Position{3'500}, {}};
  proofs.move_floor(Position{1'400});  // the second page lacks its beginning
  const auto ask_for = [&](const wire::Prove& prove) {
    proofs.ask(PeerId{1}, 1, prove);
    while (proofs.step(Instant{}, false).value() == Work::done) {
    }
    return proofs.take_answers().at(0).second.what;
  };
  for (const wire::Prove& prove :
       {wire::Prove{.position = Position{1}}, wire::Prove{.position = Position{2'048}},
        wire::Prove{.old = 5}, wire::Prove{.old = 1'500},
        wire::Prove{.old = 1'024, .size = 2'000}}) {
    const auto answer = ask_for(prove);
    ASSERT_TRUE(std::holds_alternative<wire::Refused>(answer));
    EXPECT_EQ(std::get<wire::Refused>(answer).code, wire::RefusalCode::cursor_below_floor);
    EXPECT_EQ(std::get<wire::Refused>(answer).position, Position{2'048});
  }
  for (const wire::Prove& prove :
       {wire::Prove{.position = Position{2'049}}, wire::Prove{.old = 1'024},
        wire::Prove{.old = 2'048, .size = 3'000}}) {
    EXPECT_TRUE(std::holds_alternative<wire::Proof>(ask_for(prove)));
  }
}

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

TEST_F(NotesTest, two_days_in_one_block_are_told_apart) {
  LogInMemory slow{Settling::by_hand};
  slow.notes = &notes_;
  slow.clock.set_wall(parse_instant("2022-03-23T23:59:59+08:00").value());
  ASSERT_TRUE(slow.start().has_value());
  const auto client = slow.client("cmd");
  slow.run();
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

TEST(TreeNodes, a_fold_of_pages_gives_the_tree_to_go_on_from) {
  Hasher hasher;
  proof::MerkleTree tree;
  TreeNodes nodes;
  for (std::uint64_t i = 0; i < 11 * proof::page_leaves; ++i) {
    std::vector<Sha256> pages;
    tree.append(hasher, Bytes(2, static_cast<std::byte>(i % 251)), &pages);
    if (pages.empty()) continue;
    nodes.add(pages);
    EXPECT_EQ(nodes.tree().size(), tree.size());
    EXPECT_EQ(nodes.tree().root(hasher), tree.root(hasher)) << tree.size();
  }
  EXPECT_EQ(nodes.pages(), 11u);
}

}  // namespace
}  // namespace doorstep::event_log
