// Makes large blocks out of runs of small ones: what trickles in one event at a time is stored one
// event a block, and reading a thousand blocks costs more than reading one. Records, their order
// and their append requests stay as they are, and so does every proof. In the background, a bounded
// piece at each step; never the newest run, which still grows. A duty of the upkeep thread.
#pragma once

#include <vector>

#include "common/runtime/service.h"
#include "common/seam/block_store.h"
#include "common/wire/block.h"
#include "common/wire/block_builder.h"
#include "services/event_log/tail.h"

namespace doorstep::event_log {

class Consolidation final : public Service {
 public:
  struct Limits {
    std::size_t small_below{64 * 1024};    // bytes of records; larger blocks stay
    std::size_t merged_from{128 * 1024};   // bytes of records in a merged block
    std::size_t merged_events_from{1024};  // or so many events
    int blocks_per_step{64};               // 0: blocks stay as they are written
  };

  // Both must outlive it.
  Consolidation(BlockStore& store, Tail& tail, Limits limits);
  Consolidation(BlockStore& store, Tail& tail) : Consolidation{store, tail, Limits{}} {}

  // idle: there is nothing to do until more was appended. damaged: a block cannot be read.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  // No block is merged across this position: what may become the floor stays the end of a block.
  void end_a_run_at(Position end);
  // Blocks up to here are about to go.
  void skip_to(Position floor);
  [[nodiscard]] std::uint64_t merged() const { return merged_; }  // blocks that became fewer

 private:
  struct Part {
    StoredBlock stored{};
    wire::Block block{};
  };
  [[nodiscard]] Outcome look_at(StoredBlock stored);
  [[nodiscard]] Outcome end_run();
  void forget_run();
  [[nodiscard]] Outcome merge();
  [[nodiscard]] Outcome keep();

  BlockStore& store_;
  Tail& tail_;
  Limits limits_{};
  Position end_{};           // of some block: a run ends there
  Position looked_to_{};     // every block up to here is as it will stay
  std::vector<Part> run_{};  // the small ones after it
  std::size_t run_bytes_{};
  std::size_t run_events_{};
  std::size_t kept_bytes_{};  // of large blocks passed since the store was told
  wire::BlockBuilder builder_{};
  std::uint64_t merged_{};
  bool draining_{};
};

}  // namespace doorstep::event_log
