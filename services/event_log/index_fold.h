// The log's indexes as one fold of its records: pages of columns, where requests landed, the heads
// of all streams, the tree. Nothing in it is stored by itself: pages and requests come out as
// batches, the rest as a snapshot (heads_snapshot.h). Pure; one thread.
#pragma once

#include <functional>

#include "common/proof/merkle.h"
#include "common/seam/block_store.h"
#include "common/seam/index_store.h"
#include "common/wire/block.h"
#include "services/event_log/index_page.h"
#include "services/event_log/streams.h"

namespace doorstep::event_log {

class IndexFold {
 public:
  struct Parts {
    Instant recorded_at{};  // of the last record
    proof::MerkleTree tree{};
    std::vector<Sha256> pages{};  // roots of its complete pages
    IndexPage page{};             // the one that is being filled
    Heads heads{};
  };

  IndexFold() = default;
  explicit IndexFold(Parts parts) : parts_{std::move(parts)}, upto_{parts_.tree.size()} {
    batch_.upto = upto_;
  }

  // Pre-condition: the record after upto().
  void add(const wire::Record& record, const Heading& heading) {
    add_leaf(record);
    add_columns(record.stamp.recorded_at, heading);
  }
  // The same in two steps, of which only the second touches what heads, columns and upto() say: the
  // first, which hashes, may be some records ahead.
  void add_leaf(const wire::Record& record);
  // Instead of it, for leaves that somebody else has hashed.
  void add_leaves(const proof::Growth& growth);
  void add_columns(Instant recorded_at, const Heading& heading);
  void add(const wire::BlockRequest& request);

  [[nodiscard]] Position upto() const { return upto_; }
  [[nodiscard]] const Parts& parts() const { return parts_; }
  // What came out since the batch was dropped.
  [[nodiscard]] const IndexBatch& batch() const { return batch_; }
  void drop_batch() { batch_ = {.upto = upto_}; }

 private:
  Parts parts_{};
  Position upto_{};
  IndexBatch batch_{};
  Hasher hasher_{};
};

// A whole block: its requests, then its records, each of which `after` is told of once it is in.
// damaged: not the block that follows; what `after` says ends it, too.
[[nodiscard]] Outcome fold_block(IndexFold& fold, const StoredBlock& stored,
                                 const std::function<Outcome(const wire::Record&)>& after);

}  // namespace doorstep::event_log
