#include "common/memory/memory_block_store.h"

#include <iterator>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::memory {

Position MemoryDisk::head() const {
  if (!blocks_.empty()) return blocks_.rbegin()->first;
  return base_ ? base_->floor : Position{};
}

void MemoryDisk::damage(Position position) {
  const auto stored = blocks_.lower_bound(position);
  DOORSTEP_ASSERT(stored != blocks_.end());
  stored->second.damaged = true;
}

Result<std::unique_ptr<MemoryBlockStore>> MemoryBlockStore::open(MemoryDisk& disk, Epoch epoch,
                                                                 Settling settling) {
  if (epoch < disk.epoch_) {
    return failure(ErrorCode::conflict, "open block store: the disk belongs to a later epoch");
  }
  disk.epoch_ = epoch;
  std::unique_ptr<MemoryBlockStore> store{new MemoryBlockStore{disk, epoch, settling}};
  if (auto dropped = store->drop_below_floor(); !dropped) return std::unexpected(dropped.error());
  return store;
}

Position MemoryBlockStore::last_submitted() const {
  return submitted_.empty() ? disk_.head() : submitted_.back().last;
}

void MemoryBlockStore::settle() {
  if (failed_) return;
  if (epoch_ < disk_.epoch_) {
    fail({ErrorCode::conflict, "write block: another writer has taken over this log"});
    return;
  }
  for (SubmittedBlock& block : submitted_) {
    disk_.blocks_.emplace(block.last, MemoryDisk::Stored{{block.first, block.last, block.seal()}});
  }
  submitted_.clear();
}

void MemoryBlockStore::crash() { fail({ErrorCode::io, "the process died"}); }

void MemoryBlockStore::fail(Error error) {
  submitted_.clear();
  if (!failed_) failed_ = std::move(error);
}

Outcome MemoryBlockStore::submit(SubmittedBlock block) {
  if (failed_) return std::unexpected(*failed_);
  if (epoch_ < disk_.epoch_) {
    return failure(ErrorCode::conflict, "submit block: another writer has taken over this log");
  }
  if (!accepts()) return failure(ErrorCode::busy, "submit block: earlier blocks are not durable");
  if (block.first != next(last_submitted()) || block.last < block.first || !block.seal) {
    return failure(ErrorCode::invalid, "submit block: expected it to start at " +
                                           std::to_string(number(next(last_submitted()))) +
                                           ", it starts at " + std::to_string(number(block.first)));
  }
  submitted_.push_back(std::move(block));
  if (settling_ == Settling::at_once) settle();
  return {};
}

bool MemoryBlockStore::accepts() const { return !failed_ && submitted_.size() < submitted_max; }

Result<Position> MemoryBlockStore::durable() const {
  if (failed_) return std::unexpected(*failed_);
  return disk_.head();
}

Result<std::optional<StoredBlock>> MemoryBlockStore::read(Position position) const {
  if (position == Position{}) return std::nullopt;
  const auto stored = disk_.blocks_.lower_bound(position);
  if (stored == disk_.blocks_.end() || stored->second.block.first > position) return std::nullopt;
  if (stored->second.damaged) {
    return failure(ErrorCode::damaged, "read position " + std::to_string(number(position)) +
                                           ": the block's checksum does not fit");
  }
  return stored->second.block;
}

Outcome MemoryBlockStore::replace(const StoredBlock& merged) {
  auto part = disk_.blocks_.lower_bound(merged.first);
  const auto after = disk_.blocks_.upper_bound(merged.last);
  const bool begins = part != disk_.blocks_.end() && part->second.block.first == merged.first;
  if (!begins || part == after || std::prev(after)->first != merged.last ||
      merged.first <= floor()) {
    return failure(ErrorCode::invalid, "replace blocks: they do not begin and end there");
  }
  disk_.blocks_.erase(part, after);
  disk_.blocks_.emplace(merged.last, MemoryDisk::Stored{merged});
  disk_.replaced_ = merged.last;
  return {};
}

Outcome MemoryBlockStore::keep_as_written(Position upto) {
  disk_.replaced_ = upto;
  return {};
}

Position MemoryBlockStore::floor() const { return disk_.base_ ? disk_.base_->floor : Position{}; }

Outcome MemoryBlockStore::keep_dropped(std::span<const IndexedAppend> requests) {
  for (const IndexedAppend& request : requests) disk_.dropped_[request.id] = request;
  return {};
}

Outcome MemoryBlockStore::move_floor(const LogBase& base) {
  const bool is_end = disk_.blocks_.contains(base.floor) || disk_.head() == Position{};
  if (!is_end || base.floor <= floor()) {
    return failure(ErrorCode::invalid, "move the floor: no block above the present one ends there");
  }
  disk_.base_ = base;
  return {};
}

Outcome MemoryBlockStore::drop_below_floor() {
  disk_.blocks_.erase(disk_.blocks_.begin(), disk_.blocks_.upper_bound(floor()));
  return {};
}

Outcome MemoryBlockStore::each_dropped(const TakeDropped& take) const {
  for (const auto& [id, request] : disk_.dropped_) {
    if (request.first > floor()) continue;
    if (auto taken = take(request); !taken) return taken;
  }
  return {};
}

}  // namespace doorstep::memory
