// The `feed` socket: readers pull the log from their own position with credit; live is merely being
// at the head. A slow reader lags: it is never dropped, holds at most one batch in memory, and
// slows nobody; catching up is paced while appends are under way. One thread: step(); new blocks
// come through the tail.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "common/runtime/service.h"
#include "common/seam/messages.h"
#include "services/event_log/feed_admission.h"
#include "services/event_log/feed_scan.h"
#include "services/event_log/feed_subscription.h"
#include "services/event_log/gone_readers.h"
#include "services/event_log/news.h"
#include "services/event_log/replay_pace.h"

namespace doorstep::event_log {

class FeedService final : public Service {
 public:
  struct Limits {
    std::size_t subscriptions_max{4'096};
    std::size_t subscriptions_per_account_max{1'024};
    std::int64_t credit_events_max{1'000'000};
    std::int64_t credit_bytes_max{64 * 1024 * 1024};
    Milliseconds empty_batch_every{100};  // where blocks are scanned and nothing matches
    Milliseconds sign_of_life_every{1'000};
    Milliseconds list_every{1'000};  // all consumers, to one peer
    int replays_per_step{8};  // batches from the store; then live readers get their turn again
    ReplayPace::Limits pace{};
    ScanLimits scan{};
  };
  struct Outside {
    Messages& feed;
    const BlockStore& store;
    const Tail& tail;
    const LogIndex& index;
    News& news;
    LogId log{};
    Epoch epoch{};
    RootAt root_at{};  // empty: roots of readers are not compared
  };

  // What `outside` names must outlive it. The index may be behind the head.
  FeedService(Outside outside, Limits limits);
  explicit FeedService(Outside outside) : FeedService{std::move(outside), Limits{}} {}

  // damaged, io: a stored block cannot be read; the reader that wanted it was told, and the process
  // must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override;
  [[nodiscard]] bool drained() const override { return draining_ && subscriptions_.empty(); }

  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }
  // How often a block had to come from the store.
  [[nodiscard]] std::uint64_t store_reads() const { return reader_.store_reads(); }
  [[nodiscard]] std::uint64_t pages_asked() const { return scan_.pages_asked(); }

 private:
  using Key = std::pair<PeerId, std::uint64_t>;  // the peer and its number for the subscription

  void handle(const Message& message, Milliseconds now);
  [[nodiscard]] Outcome subscribe(const Message& message, std::uint64_t number,
                                  wire::Subscribe wanted, Milliseconds now);
  [[nodiscard]] Result<std::optional<wire::Refused>> refusal(const Message& message,
                                                             const wire::Subscribe& wanted,
                                                             bool is_known);
  void grant(Subscription& subscription, const wire::Credit& credit, Milliseconds now);
  [[nodiscard]] bool may_list(PeerId peer, Milliseconds now);
  [[nodiscard]] wire::Consumers consumers(Milliseconds now) const;
  void tell_who_needs_old_events(Milliseconds now);

  enum class From : std::uint8_t { memory, store };
  [[nodiscard]] Result<Work> serve_live(Milliseconds now);
  [[nodiscard]] Result<Work> serve_replays(Milliseconds now);
  [[nodiscard]] Result<Work> advance(const Key& key, Subscription& subscription, From from,
                                     Milliseconds now);
  [[nodiscard]] Position upto_of(const Subscription& subscription) const;
  [[nodiscard]] bool is_in_memory(Position position) const;
  [[nodiscard]] Result<bool> scan(const Key& key, Subscription& subscription, Milliseconds now);
  [[nodiscard]] Work tell_of_progress(const Key& key, Subscription& subscription, Milliseconds now);
  void send_batch(const Key& key, Subscription& subscription, Scanned scanned, Milliseconds now);
  void end(const Key& key, Subscription& subscription, wire::Refused why);
  void send(const Key& key, Subscription& subscription, SharedBytes frame);
  [[nodiscard]] bool is_back(const Key& key, const Subscription& gone) const;
  void remove_ended(Milliseconds now);

  Outside outside_;
  Limits limits_{};
  BlockReader reader_;
  FeedScan scan_;
  ReplayPace pace_;
  std::map<Key, Subscription> subscriptions_{};
  std::map<std::string, std::size_t> per_account_{};
  GoneReaders gone_{};
  std::map<PeerId, Milliseconds> listed_{};  // who was told of all consumers in the last second
  Key last_replayed_{};                      // the others come first
  bool kept_changed_{};
  Milliseconds needed_told_{};
  Outcome broken_{};  // what a request ran into
  bool draining_{};
};

}  // namespace doorstep::event_log
