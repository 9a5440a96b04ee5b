// The `feed` socket: readers pull the log from their own position with credit; live is merely being
// at the head. A slow reader lags: it is never dropped, holds at most one batch in memory, and
// slows nobody. One thread: step(); new blocks come through the tail.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/runtime/service.h"
#include "common/seam/messages.h"
#include "services/event_log/feed_scan.h"

namespace doorstep::event_log {

class FeedService final : public Service {
 public:
  struct Limits {
    std::size_t subscriptions_max{4'096};
    std::size_t subscriptions_per_account_max{1'024};
    std::uint64_t credit_events_max{1'000'000};
    std::uint64_t credit_bytes_max{64 * 1024 * 1024};
    Milliseconds empty_batch_every{100};  // where blocks are scanned and nothing matches
    Milliseconds sign_of_life_every{1'000};
    ScanLimits scan{};
  };
  struct Outside {
    Messages& feed;
    const BlockStore& store;
    const Tail& tail;
  };

  // What `outside` names must outlive it. `positions` may be behind the head; it catches up.
  FeedService(Outside outside, StreamPositions positions, Limits limits);
  FeedService(Outside outside, StreamPositions positions)
      : FeedService{outside, std::move(positions), Limits{}} {}

  // damaged, io: a stored block cannot be read; the process must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override;
  [[nodiscard]] bool drained() const override { return draining_ && subscriptions_.empty(); }

  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }

 private:
  struct Subscription {
    std::string account{};
    std::string consumer{};
    wire::Filter filter{};
    Position until{};    // 0: live
    Position sent{};     // every batch up to here was handed over
    Position scanned{};  // nothing matches between `sent` and here
    Position cursor{};   // what the reader says that it has made its own
    std::uint64_t credit_events{};
    std::uint64_t credit_bytes{};
    std::uint64_t batches{};
    Milliseconds last_sent{};
    bool was_level{};               // has been told that it reached the head
    std::optional<Bytes> unsent{};  // the peer's queue was full
    bool is_over{};                 // its last word is said or waits in `unsent`
  };
  using Key = std::pair<PeerId, std::uint64_t>;  // the peer and its number for the subscription

  void handle(const Message& message, Milliseconds now);
  void subscribe(const Message& message, std::uint64_t number, wire::Subscribe wanted,
                 Milliseconds now);
  void grant(Subscription& subscription, const wire::Credit& credit) const;
  [[nodiscard]] Result<Work> catch_up_positions();
  [[nodiscard]] Result<Work> advance(const Key& key, Subscription& subscription, Milliseconds now);
  [[nodiscard]] Result<bool> scan(const Key& key, Subscription& subscription, Position upto,
                                  Milliseconds now);
  void send_batch(const Key& key, Subscription& subscription, Scanned scanned, Milliseconds now);
  void end(const Key& key, Subscription& subscription, wire::Refused why);
  void send(const Key& key, Subscription& subscription, Bytes frame);

  Outside outside_;
  StreamPositions positions_;
  Limits limits_{};
  BlockReader reader_;
  FeedScan scan_;
  std::map<Key, Subscription> subscriptions_{};
  std::map<std::string, std::size_t> per_account_{};
  bool draining_{};
};

}  // namespace doorstep::event_log
