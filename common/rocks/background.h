// RocksDB's own threads: one that writes memtables out and one that merges files, for all databases
// of the process.
#pragma once

#include <functional>

namespace doorstep::rocks {

// Runs `set_up` once on each, some time soon. After the databases were opened, which starts them.
void on_background_threads(const std::function<void()>& set_up);

}  // namespace doorstep::rocks
