// What a write of blocks consists of. Only this folder sees RocksDB.
#pragma once

#include <rocksdb/write_batch.h>

#include "common/rocks/rocks_settings.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

[[nodiscard]] Outcome put_block(rocksdb::WriteBatch& batch, const Database& database,
                                const StoredBlock& block);
// Of the blocks that make up exactly the merged one's range: all but the first, whose key it takes.
// invalid: blocks do not begin and end there.
[[nodiscard]] Outcome delete_parts(rocksdb::WriteBatch& batch, const Database& database,
                                   const StoredBlock& merged);

}  // namespace doorstep::rocks
