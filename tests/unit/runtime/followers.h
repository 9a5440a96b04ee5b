// A follower and, played by the test, the log's feed at the other end.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "common/memory/memory_messages.h"
#include "common/runtime/log_follower.h"
#include "common/wire/block_builder.h"

namespace doorstep::runtime {

// Records at these positions.
inline Bytes block_of(const std::vector<std::uint64_t>& positions) {
  wire::BlockBuilder builder;
  const Bytes event(16, std::byte{1});
  for (const std::uint64_t position : positions) {
    builder.add({.position = Position{position}}, event);
  }
  return builder.finish();
}

using Positions = std::vector<std::uint64_t>;

struct Followers : testing::Test {
  memory::MemoryNetwork network{};
  std::unique_ptr<Messages> server{network.serve("feed")};
  std::unique_ptr<Messages> link{network.connect("feed", "aggregation")};
  LogFollower follower{*link};
  Now now{};

  FollowId follow(Position from = {}, Position until = {}) {
    return follower.follow({.from_exclusive = from,
                            .until = until,
                            .consumer = "test",
                            .credit_events = 8,
                            .credit_bytes = 10'000,
                            .silence_max = Milliseconds{1'000}});
  }
  void step_after(Milliseconds wait) {
    now.monotonic += wait;
    (void)follower.step(now);
  }
  void step() { step_after(Milliseconds{0}); }

  struct Heard {
    PeerId peer{};
    wire::Request request{};
    template <class T>
    [[nodiscard]] const T* as() const {
      return std::get_if<T>(&request.what);
    }
  };
  std::vector<Heard> heard() {
    std::vector<Heard> all;
    while (auto message = server->receive()) {
      all.push_back({message->peer, wire::decode_request(message->bytes).value()});
    }
    return all;
  }
  // The one request there is, which must be a subscription.
  Heard subscription() {
    const auto all = heard();
    EXPECT_EQ(all.size(), 1U);
    if (all.empty()) return {};
    EXPECT_TRUE(all[0].as<wire::Subscribe>());
    return all[0];
  }
  // The last subscription since.
  Heard last_subscription() {
    auto all = heard();
    std::erase_if(all, [](const Heard& request) { return !request.as<wire::Subscribe>(); });
    EXPECT_FALSE(all.empty());
    return all.empty() ? Heard{.request = {.what = wire::Subscribe{}}} : all.back();
  }
  void say(const Heard& to, decltype(wire::Reply::what) what) {
    ASSERT_EQ(server->send(to.peer, wire::encode(wire::Reply{to.request.number, std::move(what)})),
              Sent::sent);
  }
  void send(const Heard& to, std::uint64_t number, std::uint64_t from, std::uint64_t upto,
            std::uint64_t head, Bytes block = {}) {
    say(to, wire::Batch{.number = number,
                        .from_exclusive = Position{from},
                        .to_inclusive = Position{upto},
                        .head = Position{head},
                        .block = std::move(block)});
  }
  std::vector<std::uint64_t> take_all(FollowId id) {
    std::vector<std::uint64_t> positions;
    while (const auto batch = follower.next(id)) {
      for (const wire::Record& record : batch->records()) {
        positions.push_back(number(record.stamp.position));
      }
    }
    return positions;
  }
};

}  // namespace doorstep::runtime
