// A whole log in one thread: memory disk, memory network, hand-moved clock. Written once for the
// tests of the two services and of what happens at a restart.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_block_store.h"
#include "common/memory/memory_index_store.h"
#include "common/memory/memory_messages.h"
#include "common/memory/memory_snapshot_file.h"
#include "services/event_log/event_log.h"
#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {

using Settling = memory::MemoryBlockStore::Settling;

class LogInMemory {
 public:
  explicit LogInMemory(Settling settling = Settling::at_once,
                       memory::MemoryNetwork::Limits limits = {})
      : network{limits}, settling_{settling} {}

  // (Re)starts it; what was not settled is lost, as in a crash.
  Outcome start(std::optional<DemonstrationMarked> demonstration = {}) {
    stop();
    auto store = memory::MemoryBlockStore::open(disk, epoch, settling_);
    if (!store) return std::unexpected(store.error());
    store_ = std::move(*store);
    cmd_server_ = network.serve("cmd");
    feed_server_ = network.serve("feed");
    Rights rights;
    rights.allow("cli", {EventType::worker_reported_in, EventType::worker_stood_down});
    rights.allow_moving_the_floor("cli");
    auto log = EventLog::open(
        {*store_, head_file, *cmd_server_, *feed_server_, index, heads_file, notes}, key(),
        {.identity = {.log = id_of<LogId>(77), .epoch = epoch},
         .rights = std::move(rights),
         .rates = rates,
         .demonstration = demonstration,
         .say = [this](const std::string& line) { said.push_back(line); },
         .indexing = indexing,
         .consolidation = {.blocks_per_step = 0},  // tests count blocks
         .floor_requests = floor_requests},
        clock.now());
    if (!log) return std::unexpected(log.error());
    log_ = std::move(*log);
    return {};
  }
  void stop() {
    log_.reset();
    cmd_server_.reset();
    feed_server_.reset();
    store_.reset();
    index.crash();
  }

  static Ed25519Key key() {
    Sha256 seed{};
    seed.fill(7);
    return Ed25519Key::from_seed(seed);
  }

  [[nodiscard]] std::unique_ptr<Messages> client(const std::string& socket) {
    return network.connect(socket, "cli");
  }
  [[nodiscard]] CommandService& commands() { return log_->commands(); }
  [[nodiscard]] FeedService& feeds() { return log_->feeds(); }
  [[nodiscard]] Upkeep& upkeep() { return log_->upkeep(); }
  [[nodiscard]] const LogIndex& log_index() const { return log_->index(); }
  [[nodiscard]] memory::MemoryBlockStore& store() { return *store_; }
  [[nodiscard]] News& news() { return log_->news(); }

  // Both services and the upkeep, until none has anything to do.
  void run() {
    for (int i = 0; i < 100'000; ++i) {
      const Now now{clock.now(), clock.monotonic()};
      const auto commands = log_->commands().step(now);
      const auto feeds = log_->feeds().step(now);
      const auto upkeep = log_->upkeep().step(now);
      ASSERT_TRUE(commands.has_value()) << commands.error().message;
      ASSERT_TRUE(feeds.has_value()) << feeds.error().message;
      ASSERT_TRUE(upkeep.has_value()) << upkeep.error().message;
      if (*commands == Work::idle && *feeds == Work::idle && *upkeep == Work::idle) return;
    }
    FAIL() << "it never comes to rest";
  }

  memory::MemoryDisk disk{};
  memory::MemorySnapshotFile head_file{};
  memory::MemoryIndexStore index{};
  memory::MemorySnapshotFile heads_file{};
  Indexing::Limits indexing{};
  FloorRequests::Limits floor_requests{.kept_min = 100, .readers_return_within = {}};
  std::vector<std::string> said{};
  memory::MemoryNetwork network;
  memory::ManualClock clock{Instant{1'000'000}};
  Epoch epoch{1};
  Rates rates{};  // for the next start
  const NoteFiles* notes{};

 private:
  Settling settling_;
  std::unique_ptr<memory::MemoryBlockStore> store_{};
  std::unique_ptr<Messages> cmd_server_{};
  std::unique_ptr<Messages> feed_server_{};
  std::unique_ptr<EventLog> log_{};
};

inline void send(Messages& to, const wire::Request& request) {
  ASSERT_EQ(to.send(the_server, wire::encode(request)), Sent::sent);
}
// The replies that have come, in order.
inline std::vector<wire::Reply> replies(Messages& from) {
  std::vector<wire::Reply> all;
  while (const auto message = from.receive()) {
    auto reply = wire::decode_reply(message->bytes);
    EXPECT_TRUE(reply.has_value());
    if (reply) all.push_back(std::move(*reply));
  }
  return all;
}
template <class What>
std::vector<What> only(const std::vector<wire::Reply>& all) {
  std::vector<What> some;
  for (const auto& reply : all) {
    if (const auto* what = std::get_if<What>(&reply.what)) some.push_back(*what);
  }
  return some;
}

}  // namespace doorstep::event_log
