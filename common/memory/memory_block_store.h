// Blocks in memory. A MemoryDisk is what survives; a MemoryBlockStore is the process's hand on it,
// and destroying it with blocks not settled loses these, as a crash would. One thread.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "common/seam/block_store.h"

namespace doorstep::memory {

class MemoryDisk {
 public:
  [[nodiscard]] Position head() const;
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }
  // Flips one bit of the stored block that holds `position`. Pre-condition: there is one.
  void damage(Position position);

 private:
  friend class MemoryBlockStore;
  struct Stored {
    StoredBlock block{};
    bool damaged{};
  };
  std::map<Position, Stored> blocks_{};  // by last position
  Epoch epoch_{};
  Position replaced_{};
  std::optional<LogBase> base_{};
  std::map<AppendId, IndexedAppend> dropped_{};
};

class MemoryBlockStore final : public BlockStore {
 public:
  enum class Settling : std::uint8_t { at_once, by_hand };

  // Fences off every store with a lower epoch. conflict: the disk has seen a higher one. The disk
  // outlives it.
  [[nodiscard]] static Result<std::unique_ptr<MemoryBlockStore>> open(
      MemoryDisk& disk, Epoch epoch, Settling settling = Settling::at_once);

  // Makes what was submitted durable, as a finished fdatasync would.
  void settle();
  // The process dies: what is not settled is lost, and the store takes nothing any more.
  void crash();
  // The disk refuses: durable() gives this error for ever.
  void fail(Error error);

  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override;
  [[nodiscard]] bool accepts() const override;
  [[nodiscard]] Result<Position> durable() const override;
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position position) const override;
  [[nodiscard]] Outcome replace(const StoredBlock& merged) override;
  [[nodiscard]] Outcome keep_as_written(Position upto) override;
  [[nodiscard]] Position replaced_to() const override { return std::max(disk_.replaced_, floor()); }
  [[nodiscard]] Outcome keep_dropped(std::span<const IndexedAppend> requests) override;
  [[nodiscard]] Outcome move_floor(const LogBase& base) override;
  [[nodiscard]] Outcome drop_below_floor() override;
  [[nodiscard]] Position floor() const override;
  [[nodiscard]] Result<std::optional<LogBase>> base() const override { return disk_.base_; }
  [[nodiscard]] Outcome each_dropped(const TakeDropped& take) const override;

 private:
  MemoryBlockStore(MemoryDisk& disk, Epoch epoch, Settling settling)
      : disk_{disk}, epoch_{epoch}, settling_{settling} {}
  [[nodiscard]] Position last_submitted() const;
  MemoryDisk& disk_;
  Epoch epoch_{};
  Settling settling_{};
  std::deque<SubmittedBlock> submitted_{};
  std::optional<Error> failed_{};
};

}  // namespace doorstep::memory
