// Compares the stored indexes with the stored blocks, beside the process that serves them or
// without one. One thread.
#pragma once

#include "common/runtime/data_folder.h"
#include "services/event_log/index_verification.h"

namespace doorstep::cli {

// damaged: they differ, with the first place in words; the log itself may be right. not_found:
// there is no index. io: it cannot be read.
[[nodiscard]] Result<event_log::IndexesVerified> check_indexes(const runtime::DataFolder& folder);

}  // namespace doorstep::cli
