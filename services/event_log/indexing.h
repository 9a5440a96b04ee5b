// The duty that keeps the indexes: follows the durable blocks, folds them, writes what comes out in
// batches, and now and then a snapshot of the heads. One thread: step().
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/runtime/service.h"
#include "common/seam/snapshot_file.h"
#include "services/event_log/block_reader.h"
#include "services/event_log/heads_snapshot.h"
#include "services/event_log/log_index.h"

namespace doorstep::event_log {

class Indexing final : public Service {
 public:
  struct Limits {
    std::uint64_t events_per_write{8'192};
    Milliseconds write_every{200};
    // In events. Costs what the number of streams costs, so that counts too: at least two events
    // for each.
    std::uint64_t snapshot_every{250'000};
    std::uint64_t snapshot_when_idle{65'536};  // new events, once the log has been quiet
    Milliseconds quiet{2'000};
    std::uint64_t lag_told{8'000'000};
    Milliseconds drain_max{3'000};  // what is not folded by then is folded at the next start
  };
  struct Outside {
    const BlockStore& store;
    const Tail& tail;
    LogIndex& index;
    SnapshotFile& heads;
  };
  // What the operator should read.
  using Say = std::function<void(const std::string&)>;

  // What `outside` names must outlive it. `snapshot_at`: where the stored snapshot is.
  Indexing(Outside outside, IndexedLog log, Position snapshot_at, Say say, Limits limits);
  Indexing(Outside outside, IndexedLog log, Position snapshot_at, Say say)
      : Indexing{outside, log, snapshot_at, std::move(say), Limits{}} {}

  // damaged, io: a block or the index cannot be read or written; the process must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override { return draining_ && settled_; }

 private:
  [[nodiscard]] Outcome fold_next_block();
  [[nodiscard]] Outcome fold_known(const TailBlock& known);
  [[nodiscard]] Outcome fold_stored(Position first);
  [[nodiscard]] Outcome write_if_due(Milliseconds now, bool is_level);
  [[nodiscard]] bool snapshot_is_due(Milliseconds now, bool is_level) const;
  [[nodiscard]] Outcome write_snapshot();
  void tell_lag(std::uint64_t lag);

  Outside outside_;
  IndexedLog log_;
  Position snapshot_at_{};
  Say say_;
  Limits limits_{};
  BlockReader reader_;
  Position written_{};
  Milliseconds written_at_{};
  Milliseconds folded_at_{};
  std::optional<Milliseconds> drain_until_{};
  bool lag_was_told_{};
  bool draining_{};
  bool settled_{};
};

}  // namespace doorstep::event_log
