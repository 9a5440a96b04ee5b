#include "common/rocks/block_iterators.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/rocks/block_value.h"

namespace doorstep::rocks {
namespace {

using Lock = std::scoped_lock<std::mutex>;

constexpr std::size_t kept_max = 4;

std::unexpected<Error> missing(Position position) {
  return failure(ErrorCode::damaged, "read a block: the one with position " +
                                         std::to_string(number(position)) + " is missing");
}

}  // namespace

// Read-ahead is left to RocksDB, which begins with it when it sees a scan: a history is single
// reads.
rocksdb::ReadOptions block_read_options() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  options.background_purge_on_iterator_cleanup = true;
  return options;
}

Result<StoredBlock> BlockIterators::read(Position position, Position durable) {
  Kept found = at(position);
  const rocksdb::Iterator& iterator = *found.iterator;
  if (!iterator.Valid()) {
    if (iterator.status().ok()) return missing(position);
    return std::unexpected(error_of(iterator.status(), "read a block"));
  }
  auto block = decode_value(iterator.key(), iterator.value());
  if (!block) return block;
  if (position < block->first || position > block->last) return missing(position);
  found.next = next(block->last);
  if (found.next <= durable) keep(std::move(found));
  return block;
}

void BlockIterators::drop() {
  std::vector<Kept> dropped;  // destroyed after the lock
  const Lock lock{mutex_};
  dropped.swap(kept_);
}

BlockIterators::Kept BlockIterators::at(Position position) {
  Kept found;
  {
    const Lock lock{mutex_};
    const auto kept = std::ranges::find(kept_, position, &Kept::next);
    if (kept != kept_.end()) {
      found = std::move(*kept);
      kept_.erase(kept);
    }
  }
  if (found.iterator) {
    found.iterator->Next();
    if (found.iterator->Valid()) return found;
  }
  // A fresh one sees what was committed since.
  const auto key = key_of(position);
  found.iterator.reset(database_.db->NewIterator(block_read_options(), database_.blocks));
  found.iterator->SeekForPrev({key.data(), key.size()});
  return found;
}

void BlockIterators::keep(Kept kept) {
  Kept dropped;  // destroyed after the lock
  const Lock lock{mutex_};
  if (kept_.size() >= kept_max) {
    dropped = std::move(kept_.front());
    kept_.erase(kept_.begin());
  }
  kept_.push_back(std::move(kept));
}

}  // namespace doorstep::rocks
