#include "common/memory/memory_block_store.h"

#include <iterator>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::memory {

Position MemoryDisk::head() const { return blocks_.empty() ? Position{} : blocks_.rbegin()->first; }

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
  return std::unique_ptr<MemoryBlockStore>{new MemoryBlockStore{disk, epoch, settling}};
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
  if (stored == disk_.blocks_.end()) return std::nullopt;
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
  if (!begins || part == after || std::prev(after)->first != merged.last) {
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

}  // namespace doorstep::memory
