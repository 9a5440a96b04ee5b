// Whether the stored indexes say what the blocks say: folds the log again as far as they reach, and
// compares. Reads only; one thread. Where the log is being written meanwhile: read the heads first,
// then open the index, then the log, so that each is found in the next.
#pragma once

#include <functional>
#include <optional>

#include "services/event_log/heads_snapshot.h"

namespace doorstep::event_log {

struct IndexesVerified {
  Position upto{};  // the indexes' cursor: what comes after it is not theirs yet
  std::uint64_t pages{};
  std::uint64_t append_ids{};
  Position heads_upto{};  // 0: there is no snapshot of the heads
  std::uint64_t streams{};
};

// Takes block after block. An error is the first thing that differs, in words, and final: damaged
// where it is the index that is wrong or the log. Verify the log first; an index that is wrong may
// simply be deleted.
class IndexVerification {
 public:
  // `index` must outlive it. `heads`: what is in the snapshot file, if there is one.
  [[nodiscard]] static Result<IndexVerification> begin(const IndexStore& index,
                                                       const IndexedLog& log,
                                                       std::optional<Bytes> heads);

  // First, where the log does not keep everything: what stands for the rest, and its requests.
  [[nodiscard]] Outcome begin_at(const LogBase& base);
  [[nodiscard]] Outcome take_dropped(const IndexedAppend& request);
  // Pre-condition: the next one, in the order of positions.
  [[nodiscard]] Outcome take(const StoredBlock& stored);
  // The indexes reach no further: the rest of the log says nothing about them.
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] Position upto() const { return fold_.upto(); }
  [[nodiscard]] Result<IndexesVerified> finish();

 private:
  IndexVerification(const IndexStore& index, const IndexedLog& log, std::optional<Bytes> heads,
                    Position cursor);
  [[nodiscard]] Outcome compare(const IndexedAppend& append);
  [[nodiscard]] Outcome compare_batch();
  [[nodiscard]] Outcome compare_heads();

  const IndexStore* index_;
  IndexedLog log_;
  std::optional<Bytes> heads_;
  IndexFold fold_{};
  IndexesVerified verified_{};
  bool heads_were_compared_{};
};

// All blocks of a store.
[[nodiscard]] Result<IndexesVerified> verify_indexes(
    const BlockStore& store, const IndexStore& index, std::optional<Bytes> heads,
    const IndexedLog& log, const std::function<void(Position done)>& progress = {});

}  // namespace doorstep::event_log
