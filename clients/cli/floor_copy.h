// Where a log does not keep everything: what stands for the rest, copied in front of its blocks.
// One thread.
#pragma once

#include "common/rocks/stored_log.h"

namespace doorstep::cli {

// Nothing where the log keeps everything. Pre-condition: `to` is empty. io: a disk refuses;
// damaged: it cannot be read.
[[nodiscard]] Outcome copy_floor(const rocks::StoredLog& from, BlockStore& to);

}  // namespace doorstep::cli
