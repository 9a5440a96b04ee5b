// RocksDB 7.8 takes a table's properties apart before it verifies their checksum: one flipped bit
// there ends the process in an assertion of the library, at every start. So whoever opens a
// database lets a child open its tables first, one by one.
#pragma once

#include <filesystem>

#include "common/domain/result.h"

namespace doorstep::rocks {

// damaged: the child died of a table, or could not take it apart, and so it would be with this
// process; the message names it. io: no child could be started, something else ended it, or a table
// took longer than a minute. Tables that RocksDB refuses in words, or that
// are gone meanwhile, are no error here: opening the database says so better. A folder that is
// not there has no tables. Forks; the child reads, and writes nothing.
[[nodiscard]] Outcome try_tables(const std::filesystem::path& folder);

}  // namespace doorstep::rocks
