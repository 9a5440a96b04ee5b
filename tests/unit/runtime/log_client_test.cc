#include "common/runtime/log_client.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/memory/memory_messages.h"

namespace doorstep::runtime {
namespace {

using Answer = std::expected<wire::Appended, wire::Refused>;

// A client and, played by the test, the log at the other end.
struct LogClients : testing::Test {
  memory::MemoryNetwork network{};
  std::unique_ptr<Messages> server{network.serve("cmd")};
  std::unique_ptr<Messages> link{network.connect("cmd", "intake")};
  LogClient client{*link,
                   {.in_flight_max = 4,
                    .resend_after = Milliseconds{100},
                    .give_up_after = Milliseconds{1'000}}};
  Now now{};
  std::vector<Answer> answers{};

  void append(std::uint64_t id) {
    client.append(wire::Append{.append_id = {Uuid{7, id}}, .events = {Bytes(8)}},
                  [this](Answer answer) { answers.push_back(std::move(answer)); });
  }
  void step_after(Milliseconds wait) {
    now.monotonic += wait;
    (void)client.step(now);
  }
  void step() { step_after(Milliseconds{0}); }

  struct Heard {
    PeerId peer{};
    wire::Request request{};
    [[nodiscard]] AppendId id() const { return std::get<wire::Append>(request.what).append_id; }
  };
  std::vector<Heard> heard() {
    std::vector<Heard> all;
    while (auto message = server->receive()) {
      all.push_back({message->peer, wire::decode_request(message->bytes).value()});
    }
    return all;
  }
  void reply(const Heard& to, decltype(wire::Reply::what) what) {
    ASSERT_EQ(server->send(to.peer, wire::encode(wire::Reply{to.request.number, std::move(what)})),
              Sent::sent);
  }
};

TEST_F(LogClients, an_append_is_sent_and_its_answer_given) {
  append(1);
  step();
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].id(), (AppendId{Uuid{7, 1}}));
  reply(requests[0], wire::Appended{.first = Position{5}, .last = Position{5}});
  EXPECT_EQ(client.step(now), Work::done);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].value().first, Position{5});
  EXPECT_EQ(client.in_flight(), 0U);
  EXPECT_EQ(client.step(now), Work::idle);
}

TEST_F(LogClients, a_request_without_an_answer_is_sent_again_as_it_was) {
  append(1);
  step();
  const auto first = heard();
  step_after(Milliseconds{99});
  EXPECT_TRUE(heard().empty());
  step_after(Milliseconds{1});
  const auto second = heard();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].id(), first[0].id());
  EXPECT_EQ(second[0].request.number, first[0].request.number);
}

TEST_F(LogClients, a_second_answer_to_one_request_is_ignored) {
  append(1);
  step();
  const auto requests = heard();
  reply(requests[0], wire::Appended{.first = Position{5}, .last = Position{5}});
  reply(requests[0], wire::Appended{.first = Position{5}, .last = Position{5}, .duplicate = true});
  step();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(answers[0].value().duplicate);
}

TEST_F(LogClients, a_log_that_was_restarted_gets_the_request_again) {
  append(1);
  step();
  (void)heard();
  server.reset();
  server = network.serve("cmd");
  step();  // at once, not only when a resend is due
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  reply(requests[0], wire::Appended{.first = Position{9}, .last = Position{9}, .duplicate = true});
  step();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].value().duplicate);
}

TEST_F(LogClients, a_log_that_is_not_there_yet_gets_requests_in_the_order_asked) {
  server.reset();
  append(1);
  append(2);
  append(3);
  step();
  server = network.serve("cmd");
  step_after(Milliseconds{1});
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 3U);
  for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(requests[i].id(), (AppendId{Uuid{7, i + 1}}));
}

TEST_F(LogClients, after_the_last_resend_the_answer_is_no_answer_for_all_that_waited_so_long) {
  append(1);
  append(2);
  server.reset();
  step();
  for (int i = 0; i < 9; ++i) step_after(Milliseconds{100});
  EXPECT_TRUE(answers.empty());
  step_after(Milliseconds{100});
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].error().code, wire::RefusalCode::no_answer);
  EXPECT_EQ(answers[1].error().code, wire::RefusalCode::no_answer);
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST_F(LogClients, a_busy_log_is_asked_again_when_it_says) {
  append(1);
  step();
  reply(heard()[0], wire::Refused{.code = wire::RefusalCode::busy, .retry_after_ms = 60});
  step();
  step_after(Milliseconds{59});
  EXPECT_TRUE(heard().empty());
  step_after(Milliseconds{1});
  const auto again = heard();
  ASSERT_EQ(again.size(), 1U);
  reply(again[0], wire::Appended{.first = Position{1}, .last = Position{1}});
  step();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].has_value());
}

TEST_F(LogClients, a_log_that_stays_busy_is_said_to_be_busy_in_the_end) {
  append(1);
  step();
  for (int i = 0; i < 11 && answers.empty(); ++i) {
    for (const auto& request : heard()) {
      reply(request, wire::Refused{.code = wire::RefusalCode::busy, .retry_after_ms = 90});
    }
    step_after(Milliseconds{100});
  }
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(answers[0].has_value());
}

TEST_F(LogClients, a_refusal_that_stays_one_is_given_at_once) {
  append(1);
  step();
  reply(heard()[0], wire::Refused{.code = wire::RefusalCode::wrong_revision, .actual = 3});
  step();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().code, wire::RefusalCode::wrong_revision);
  EXPECT_EQ(answers[0].error().actual, 3U);
}

TEST_F(LogClients, the_number_of_requests_in_flight_is_limited) {
  for (std::uint64_t i = 1; i <= 4; ++i) {
    ASSERT_TRUE(client.accepts());
    append(i);
  }
  EXPECT_FALSE(client.accepts());
  step();
  reply(heard()[0], wire::Appended{.first = Position{1}, .last = Position{1}});
  step();
  EXPECT_TRUE(client.accepts());
}

TEST_F(LogClients, an_answer_may_ask_again) {
  client.lookup({Uuid{7, 1}}, [this](std::expected<wire::Found, wire::Refused> found) {
    EXPECT_FALSE(found.value().appended);
    append(1);
  });
  step();
  reply(heard()[0], wire::Found{});
  step();
  const auto requests = heard();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].id(), (AppendId{Uuid{7, 1}}));
}

TEST_F(LogClients, garbage_and_another_kind_of_answer_do_no_harm) {
  append(1);
  step();
  const auto requests = heard();
  EXPECT_EQ(server->send(requests[0].peer, Bytes(13)), Sent::sent);
  step();
  EXPECT_TRUE(answers.empty());
  reply(requests[0], wire::Found{});
  step();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().code, wire::RefusalCode::invalid);
}

}  // namespace
}  // namespace doorstep::runtime
