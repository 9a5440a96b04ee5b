#include "services/event_log/command_service.h"

#include <gtest/gtest.h>

#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {
namespace {

using wire::Appended;
using wire::RefusalCode;
using wire::Refused;

// A disk that writes when the test says so.
class CommandServiceTest : public testing::Test {
 protected:
  CommandServiceTest() {
    EXPECT_TRUE(log.start().has_value());
    client = log.client("cmd");
  }
  void say(std::uint64_t number, wire::Append what) { send(*client, {number, std::move(what)}); }
  // One round of the service, then the disk, then another.
  void settle() {
    log.run();
    log.store().settle();
    log.run();
  }
  LogInMemory log{Settling::by_hand};
  std::unique_ptr<Messages> client{};
};
using CommandServiceBehaviour = CommandServiceTest;

TEST_F(CommandServiceBehaviour, nothing_is_acknowledged_or_shown_before_it_is_durable) {
  say(1, append(1));
  log.run();
  EXPECT_TRUE(replies(*client).empty());
  send(*client, {2, wire::Describe{}});
  log.run();
  const auto before = only<wire::Described>(replies(*client));
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0].head, Position{0});

  log.store().settle();
  log.run();
  const auto after = replies(*client);
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].number, 1u);
  EXPECT_EQ(std::get<Appended>(after[0].what).first, Position{1});
}

TEST_F(CommandServiceBehaviour, what_queues_during_a_write_is_the_next_block) {
  say(1, append(1));
  log.run();
  for (std::uint64_t n = 2; n <= 50; ++n) say(n, append(n));
  settle();
  settle();
  EXPECT_EQ(only<Appended>(replies(*client)).size(), 50u);
  EXPECT_EQ(log.disk.blocks(), 2u);
}

TEST_F(CommandServiceBehaviour, a_large_block_is_handed_over_while_the_one_before_is_written) {
  say(1, append(1));
  log.run();
  say(2, append(2, std::vector<Bytes>(3'000, reported_in(2))));
  log.run();
  EXPECT_FALSE(log.store().accepts());
  settle();
  EXPECT_EQ(only<Appended>(replies(*client)).size(), 2u);
}

TEST_F(CommandServiceBehaviour, a_retry_of_what_is_being_written_waits_for_it) {
  say(1, append(1));
  log.run();
  say(2, append(1));
  log.run();
  EXPECT_TRUE(replies(*client).empty());
  settle();
  const auto answers = only<Appended>(replies(*client));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_FALSE(answers[0].duplicate);
  EXPECT_TRUE(answers[1].duplicate);
  EXPECT_EQ(answers[1].first, Position{1});
  EXPECT_EQ(log.disk.head(), Position{1});
}

TEST_F(CommandServiceBehaviour, conditions_see_what_is_not_durable_yet) {
  const wire::Condition none{.stream = worker(1), .expect = wire::Expectation::none};
  say(1, append(1, {reported_in(1)}, {none}));
  say(2, append(2, {reported_in(2)}, {none}));
  settle();
  const auto all = replies(*client);
  ASSERT_EQ(only<Appended>(all).size(), 1u);
  ASSERT_EQ(only<Refused>(all).size(), 1u);
  EXPECT_EQ(only<Refused>(all)[0].code, RefusalCode::wrong_revision);
}

TEST_F(CommandServiceBehaviour, lookup_finds_what_is_durable_and_waits_for_what_will_be) {
  say(1, append(1, {reported_in(1), reported_in(2)}));
  log.run();
  send(*client, {2, wire::Lookup{id_of<AppendId>(1)}});
  send(*client, {3, wire::Lookup{id_of<AppendId>(9)}});
  send(*client, {4, wire::Lookup{}});
  log.run();
  auto found = only<wire::Found>(replies(*client));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_FALSE(found[0].appended || found[1].appended);
  settle();
  found = only<wire::Found>(replies(*client));
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].appended.has_value());
  EXPECT_EQ(found[0].appended->last, Position{2});
}

TEST_F(CommandServiceBehaviour, says_busy_instead_of_keeping_more_than_its_limit) {
  const std::vector<Bytes> large(4'000, reported_in(1));
  // Two blocks wait for the disk, one is full, then 64 MiB of requests wait.
  std::uint64_t n = 1;
  std::vector<wire::Reply> all;
  for (; n <= 200 && all.empty(); ++n) {
    say(n, append(n, large));
    log.run();
    all = replies(*client);
  }
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(only<Refused>(all).at(0).code, RefusalCode::busy);
  EXPECT_GT(only<Refused>(all).at(0).retry_after_ms, 0u);
  for (int i = 0; i < 100; ++i) settle();
  EXPECT_EQ(only<Appended>(replies(*client)).size(), n - 2);
}

TEST_F(CommandServiceBehaviour, says_busy_to_an_account_that_appends_faster_than_it_may) {
  log.rates.limit("cli", 100);
  ASSERT_TRUE(log.start().has_value());
  client = log.client("cmd");
  say(1, append(1, std::vector<Bytes>(4'096, reported_in(1))));
  say(2, append(2));
  settle();
  const auto all = replies(*client);
  EXPECT_EQ(only<Appended>(all).size(), 1u);
  ASSERT_EQ(only<Refused>(all).size(), 1u);
  EXPECT_EQ(only<Refused>(all).at(0).code, RefusalCode::busy);
  log.clock.advance(Milliseconds{only<Refused>(all).at(0).retry_after_ms});
  say(3, append(2));
  settle();
  EXPECT_EQ(only<Appended>(replies(*client)).size(), 1u);
}

TEST_F(CommandServiceBehaviour, a_failed_write_ends_the_service_and_acknowledges_nothing) {
  say(1, append(1));
  log.run();
  log.store().fail({ErrorCode::io, "the disk is gone"});
  const auto work = log.commands().step({});
  ASSERT_FALSE(work.has_value());
  EXPECT_EQ(work.error().code, ErrorCode::io);
  EXPECT_TRUE(replies(*client).empty());
}

TEST_F(CommandServiceBehaviour, draining_finishes_what_was_accepted_and_refuses_the_rest) {
  say(1, append(1));
  log.run();
  log.commands().drain();
  say(2, append(2));
  say(3, append(1));
  log.run();
  const auto refused = only<Refused>(replies(*client));
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].code, RefusalCode::draining);
  EXPECT_FALSE(log.commands().drained());
  settle();
  EXPECT_TRUE(log.commands().drained());
  EXPECT_EQ(only<Appended>(replies(*client)).size(), 2u);
}

TEST_F(CommandServiceBehaviour, bytes_that_are_no_request_get_an_answer) {
  ASSERT_EQ(client->send(the_server, Bytes(100, std::byte{0x41})), Sent::sent);
  send(*client, {7, wire::Subscribe{}});
  log.run();
  const auto refused = only<Refused>(replies(*client));
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].code, RefusalCode::invalid);
  EXPECT_EQ(refused[1].code, RefusalCode::invalid);
}

TEST_F(CommandServiceBehaviour, a_request_beyond_a_limit_is_refused_under_its_number) {
  wire::Append many = append(1, {reported_in(1)});
  many.conditions.resize(wire::append_conditions_max + 1);
  send(*client, {8, std::move(many)});
  log.run();
  const auto all = replies(*client);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].number, 8u);
  EXPECT_EQ(std::get<Refused>(all[0].what).code, RefusalCode::too_large);
}

TEST_F(CommandServiceBehaviour, the_head_is_signed_before_the_first_block_and_each_second) {
  const auto signed_size = [&] {
    const auto bytes = log.head_file.read();
    EXPECT_TRUE(bytes.has_value() && bytes->has_value());
    const std::string note{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
    const auto checkpoint = proof::open_checkpoint(note, LogInMemory::key());
    EXPECT_TRUE(checkpoint.has_value());
    return checkpoint ? checkpoint->size : 0;
  };
  EXPECT_EQ(signed_size(), 0u) << "there is one before the first block can be written";
  say(1, append(1));
  log.run();
  EXPECT_EQ(signed_size(), 0u) << "it covers only what is durable";
  settle();
  EXPECT_EQ(signed_size(), 1u);
  say(2, append(2));
  settle();
  EXPECT_EQ(signed_size(), 1u) << "not twice within a second";
  log.clock.advance(SignedHead::interval);
  log.run();
  EXPECT_EQ(signed_size(), 2u);
  say(3, append(3));
  settle();
  log.commands().drain();
  log.run();
  EXPECT_EQ(signed_size(), 3u);
}

// Takes blocks and calls them durable one at a time.
class OneByOneStore final : public BlockStore {
 public:
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    static_cast<void>(block.seal());
    waiting_.push_back(block.last);
    return {};
  }
  [[nodiscard]] bool accepts() const override { return waiting_.size() < submitted_max; }
  [[nodiscard]] Result<Position> durable() const override { return durable_; }
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position) const override {
    return std::nullopt;
  }
  void settle_one() {
    durable_ = waiting_.front();
    waiting_.pop_front();
  }

 private:
  std::deque<Position> waiting_{};
  Position durable_{};
};

Sequencer sequencer_for_the_command_line() {
  Rights rights;
  rights.allow("cli", {EventType::worker_reported_in});
  return {LogState{}, std::move(rights)};
}

struct ServiceOnOneByOne {
  CommandService::Limits limits{};
  OneByOneStore store{};
  memory::MemoryNetwork network{};
  memory::MemorySnapshotFile file{};
  std::unique_ptr<Messages> cmd{network.serve("cmd")};
  std::unique_ptr<Messages> client{network.connect("cmd", "cli")};
  Tail tail{Position{0}};
  SignedHead head{file, LogInMemory::key(), {}};
  Proofs proofs{{store, tail, head}, {}, Position{}, Instant{}};
  CommandService service{
      {*cmd, store, tail, head, proofs}, sequencer_for_the_command_line(), {}, limits};
};

TEST(CommandService, a_block_behind_a_durable_one_is_not_durable_itself) {
  ServiceOnOneByOne on;
  auto& [limits, store, network, file, cmd, client, tail, head, proofs, service] = on;
  const auto step = [&] {
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(service.step({}).has_value());
  };
  send(*client, {1, append(1)});
  step();
  send(*client, {2, append(2, std::vector<Bytes>(3'000, reported_in(2)))});
  step();
  ASSERT_FALSE(store.accepts()) << "both are under way";
  store.settle_one();
  step();
  EXPECT_EQ(replies(*client).size(), 1u);
  EXPECT_EQ(tail.head(), Position{1});
  store.settle_one();
  step();
  EXPECT_EQ(replies(*client).size(), 1u);
  EXPECT_EQ(tail.head(), Position{3'001});
}

TEST(CommandService, a_request_that_would_make_a_block_too_large_to_be_sent_waits_for_the_next) {
  ServiceOnOneByOne on{.limits = {.whole_bytes_max = 2'500}};
  auto& [limits, store, network, file, cmd, client, tail, head, proofs, service] = on;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    send(*client, {n, append(n, std::vector<Bytes>(10, reported_in(n)))});
  }
  for (const std::uint64_t last : {10u, 20u, 30u}) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(service.step({}).has_value());
    store.settle_one();
    EXPECT_EQ(store.durable().value(), Position{last});
  }
}

TEST(CommandService, a_peer_that_takes_no_answers_keeps_nobody_waiting) {
  LogInMemory log{Settling::at_once, {.to_client_max = 10}};
  ASSERT_TRUE(log.start().has_value());
  const auto silent = log.client("cmd");
  const auto other = log.client("cmd");
  constexpr std::uint64_t rounds = 70'000 / 1'000;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (std::uint64_t n = 1; n <= 1'000; ++n) send(*silent, {n, wire::Describe{}});
    log.run();
  }
  send(*other, {1, append(1)});
  log.run();
  EXPECT_EQ(only<Appended>(replies(*other)).size(), 1u);
}

}  // namespace
}  // namespace doorstep::event_log
