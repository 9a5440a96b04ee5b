// What the page roots of a snapshot say about the log's tree: its root at an earlier size, and
// whether it is the tree of the stored blocks. Reads at most a page of records. One thread.
#pragma once

#include <span>

#include "common/seam/block_store.h"
#include "services/event_log/index_fold.h"

namespace doorstep::event_log {

// From the roots of the first complete pages and the records after them; `pages` may hold more than
// is needed. `floor`: the tree over the records that are not kept. Pre-condition: the store holds
// so many records.
[[nodiscard]] Result<Sha256> earlier_root(const BlockStore& store, std::span<const Sha256> pages,
                                          std::uint64_t size, const proof::MerkleTree& floor);
// Whether the pages, and the stored records of the last one, make up the tree. damaged: they do
// not. Pre-condition: the store holds all that the snapshot saw.
[[nodiscard]] Outcome check_tree(const BlockStore& store, const IndexFold::Parts& parts,
                                 const proof::MerkleTree& floor);

}  // namespace doorstep::event_log
