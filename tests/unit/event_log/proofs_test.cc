#include "services/event_log/proofs.h"

#include <gtest/gtest.h>

#include "tests/unit/event_log/proven_log.h"

namespace doorstep::event_log {
namespace {

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
  std::vector<Sha256> leaves;
  for (std::uint64_t i = 1'025; i <= 1'400; ++i) {
    leaves.push_back(proof::leaf_hash(hasher_, ledger_.record(i)));
  }
  proofs.move_floor({.floor = Position{1'400}, .tree = {}, .leaves = leaves});
  ASSERT_TRUE(log_.store().move_floor({.floor = Position{1'400}}));
  ASSERT_TRUE(log_.store().drop_below_floor());
  const auto ask_for = [&](const wire::Prove& prove) {
    proofs.ask(PeerId{1}, 1, prove);
    while (proofs.step(Instant{}, false).value() == Work::done) {
    }
    return proofs.take_answers().at(0).second.what;
  };
  for (const wire::Prove& prove :
       {wire::Prove{.position = Position{1}}, wire::Prove{.position = Position{1'400}},
        wire::Prove{.old = 5}, wire::Prove{.old = 1'399},
        wire::Prove{.old = 1'024, .size = 1'300}}) {
    const auto answer = ask_for(prove);
    ASSERT_TRUE(std::holds_alternative<wire::Refused>(answer));
    EXPECT_EQ(std::get<wire::Refused>(answer).code, wire::RefusalCode::cursor_below_floor);
    EXPECT_EQ(std::get<wire::Refused>(answer).position, Position{1'400});
  }
  for (const wire::Prove& prove :
       {wire::Prove{.position = Position{1'401}}, wire::Prove{.old = 1'024},
        wire::Prove{.old = 1'400, .size = 1'400}, wire::Prove{.old = 1'400, .size = 3'000}}) {
    EXPECT_TRUE(std::holds_alternative<wire::Proof>(ask_for(prove)));
  }
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
