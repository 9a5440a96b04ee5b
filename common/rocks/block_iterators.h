// Finds blocks by position: iterators that stand on a block are kept for whoever reads on from
// there, since seeking costs more than stepping. Any thread.
#pragma once

#include <rocksdb/iterator.h>

#include <memory>
#include <mutex>
#include <vector>

#include "common/rocks/rocks_settings.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

[[nodiscard]] rocksdb::ReadOptions block_read_options();

class BlockIterators {
 public:
  // `database` must outlive it.
  explicit BlockIterators(const Database& database) : database_{database} {}

  // The block that holds `position`. damaged: there is none, or its bytes are not what was written.
  // Pre-condition: `position` is not beyond `durable`.
  [[nodiscard]] Result<StoredBlock> read(Position position, Position durable);
  // A kept one pins memtables and files that were deleted: called now and then.
  void drop();

 private:
  struct Kept {
    Position next{};
    std::unique_ptr<rocksdb::Iterator> iterator{};
  };
  [[nodiscard]] Kept at(Position position);
  void keep(Kept kept);

  const Database& database_;
  std::mutex mutex_{};
  std::vector<Kept> kept_{};
};

}  // namespace doorstep::rocks
