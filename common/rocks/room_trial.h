// RocksDB 7.8 ends the process in an assertion where it cannot write the files of a database that
// it opens. So whoever opens one on a disk that may be full writes as much first, and is told.
#pragma once

#include <filesystem>

#include "common/domain/result.h"

namespace doorstep::rocks {

// io: the folder does not take a file of that size; says why. Leaves nothing behind. Pre-condition:
// the folder is there.
[[nodiscard]] Outcome try_room(const std::filesystem::path& folder);

}  // namespace doorstep::rocks
