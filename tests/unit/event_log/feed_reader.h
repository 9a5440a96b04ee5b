// A log in memory and readers of its feed, for the tests of the feed.
#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {

using wire::Batch;
using wire::Ended;
using wire::RefusalCode;

inline constexpr wire::Credit plenty{.events = 1'000'000, .bytes = 64 * 1024 * 1024};

using Numbers = std::vector<std::uint64_t>;
inline Numbers from_to(std::uint64_t from, std::uint64_t to) {
  Numbers all(to + 1 - from);
  std::iota(all.begin(), all.end(), from);
  return all;
}

// A reader that checks what every reader may rely on: ranges that join, records inside them,
// ascending.
class Reader {
 public:
  Reader(LogInMemory& log, wire::Subscribe wanted)
      : log_{log}, client_{log.client("feed")}, at_{wanted.from_exclusive} {
    send(*client_, {1, std::move(wanted)});
  }
  void grant(wire::Credit credit) { send(*client_, {1, credit}); }
  void unsubscribe() { send(*client_, {1, wire::Unsubscribe{}}); }

  // What has come since the last call, as positions.
  Numbers read() {
    log_.run();
    Numbers positions;
    for (auto& reply : replies(*client_)) {
      if (const auto* over = std::get_if<Ended>(&reply.what)) ended = over->why;
      if (const auto* batch = std::get_if<Batch>(&reply.what)) take(*batch, positions);
    }
    return positions;
  }
  [[nodiscard]] std::uint64_t at() const { return number(at_); }

  std::optional<wire::Refused> ended{};
  std::vector<Batch> batches{};

 private:
  void take(const Batch& batch, Numbers& positions) {
    batches.push_back(batch);
    EXPECT_EQ(batch.number, batches.size());
    EXPECT_EQ(batch.from_exclusive, at_);
    EXPECT_GE(batch.to_inclusive, batch.from_exclusive);
    EXPECT_LE(batch.to_inclusive, batch.head);
    at_ = batch.to_inclusive;
    if (batch.block.empty()) return;
    const auto block = wire::Block::open(batch.block);
    ASSERT_TRUE(block.has_value()) << block.error().message;
    for (const auto& record : block->records()) {
      // A block that is sent whole may begin before the range.
      if (record.stamp.position <= batch.from_exclusive) continue;
      EXPECT_LE(record.stamp.position, batch.to_inclusive);
      positions.push_back(number(record.stamp.position));
    }
  }
  LogInMemory& log_;
  std::unique_ptr<Messages> client_;
  Position at_;
};

class FeedServiceTest : public testing::Test {
 protected:
  FeedServiceTest() {
    EXPECT_TRUE(log.start().has_value());
    writer = log.client("cmd");
  }
  void write(std::vector<Bytes> events) {
    ++requests;
    send(*writer, {requests, append(requests, std::move(events))});
    log.run();
    EXPECT_EQ(only<wire::Appended>(replies(*writer)).size(), 1u);
  }
  void write_singles(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) write({reported_in(i + 1)});
  }
  // A request large enough to be a block that is sent as it is.
  void write_large(std::size_t events = 1'000) {
    write(std::vector<Bytes>(events, reported_in(1)));
  }
  // The reader's position is before the tail, as after a restart: blocks come from the store.
  void restart() {
    log.clock.advance(SignedHead::interval);
    log.run();
    ASSERT_TRUE(log.start().has_value());
    writer = log.client("cmd");
  }
  LogInMemory log{};
  std::unique_ptr<Messages> writer{};
  std::uint64_t requests{};
};

}  // namespace doorstep::event_log
