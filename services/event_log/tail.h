// The newest durable blocks in memory, so that live readers touch no disk, and where the head is.
// Pushed by the command thread, merged by upkeep, read by the feed thread: any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/proof/merkle.h"
#include "common/seam/block_store.h"
#include "services/event_log/streams.h"

namespace doorstep::event_log {

struct TailBlock {
  StoredBlock stored{};
  std::vector<Heading> headings{};  // of its records, so that no filter decodes them again
  // Of a block as it was written; of a merged one not known, and empty.
  std::vector<RecordedFrom> times{};
  proof::Growth growth{};  // by its records
};

class Tail {
 public:
  struct Limits {
    std::size_t bytes_max{32 * 1024 * 1024};
    std::size_t events_max{128 * 1024};
  };

  Tail(Position head, Limits limits);
  explicit Tail(Position head) : Tail{head, Limits{}} {}

  // `bell` is called by whoever rings. Before any thread starts.
  void listen(std::function<void()> bell);
  void ring() const;
  // Without ringing. Pre-condition: starts right after the head.
  void push(std::shared_ptr<const TailBlock> block);
  // Takes the place of the blocks that it was made of, where all of them are still here.
  void replace(const StoredBlock& merged);

  [[nodiscard]] Position head() const;
  // Null: older than what is kept, or not there yet.
  [[nodiscard]] std::shared_ptr<const TailBlock> find(Position position) const;

 private:
  using Blocks = std::deque<std::shared_ptr<const TailBlock>>;

  // The block that holds `position`; end: none does. Under the lock.
  [[nodiscard]] Blocks::const_iterator holder_of(Position position) const;

  Limits limits_{};
  std::vector<std::function<void()>> bells_{};
  mutable std::mutex mutex_{};
  Blocks blocks_{};  // ascending, without gaps
  std::size_t bytes_{};
  std::size_t events_{};
  Position head_{};
};

}  // namespace doorstep::event_log
