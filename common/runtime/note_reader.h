// Opens what the installation's own log has signed. Made once by main.cc; any thread, one at a
// time.
#pragma once

#include "common/runtime/cursor.h"
#include "common/runtime/data_folder.h"

namespace doorstep::runtime {

// not_found: the folder has no signing key, say `doorstep init`.
[[nodiscard]] Result<ReadNote> note_reader(const DataFolder& folder);

}  // namespace doorstep::runtime
