// What stands for the events that the log does not keep: the fold of all of them, from which every
// later one can be followed, and what proofs need of the page that the floor lies in. Bytes:
// docs/formats/log.md. Pure; one thread.
#pragma once

#include <span>
#include <vector>

#include "common/seam/block_store.h"
#include "services/event_log/floor_news.h"
#include "services/event_log/index_fold.h"

namespace doorstep::event_log {

struct FloorBase {
  IndexFold::Parts parts{};      // of the records up to the floor
  std::vector<Sha256> leaves{};  // of those in the page that the floor lies in

  [[nodiscard]] FloorTree tree() const {
    return {.floor = Position{parts.tree.size()}, .tree = parts.tree, .leaves = leaves};
  }
};

// Belongs to the log in all of its epochs.
[[nodiscard]] Bytes to_bytes(LogId log, const IndexFold::Parts& parts,
                             std::span<const Sha256> leaves);
// damaged: it is not what to_bytes makes, of another log, or of another floor than it says.
[[nodiscard]] Result<FloorBase> floor_base_from(const LogBase& base, LogId log);
// An empty one where the store keeps everything.
[[nodiscard]] Result<FloorBase> read_floor_base(const BlockStore& store, LogId log);

// From one floor on to the next.
class FloorFold {
 public:
  explicit FloorFold(FloorBase base) : fold_{std::move(base.parts)}, leaves_{base.leaves} {}

  // The next block. damaged: it is not the next one.
  [[nodiscard]] Outcome take(const StoredBlock& stored);
  [[nodiscard]] Position upto() const { return fold_.upto(); }
  // The append requests taken since they were dropped.
  [[nodiscard]] const std::vector<IndexedAppend>& requests() const {
    return fold_.batch().append_ids;
  }
  void drop_requests() { fold_.drop_batch(); }
  [[nodiscard]] const IndexFold::Parts& parts() const { return fold_.parts(); }
  [[nodiscard]] std::span<const Sha256> leaves() const { return leaves_; }

 private:
  IndexFold fold_;
  std::vector<Sha256> leaves_;
  Hasher hasher_{};
};

}  // namespace doorstep::event_log
