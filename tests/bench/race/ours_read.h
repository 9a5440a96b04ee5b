// Reads Doorstep's log as its consumers do.
#pragma once

#include "tests/bench/race/connection.h"

namespace doorstep::bench {

// One consumer from the first event to the head, each event decoded.
[[nodiscard]] Figures read_ours(const runtime::DataFolder& folder);
// One household's history by a filter of its stream: each request is one history.
[[nodiscard]] Figures read_histories(const runtime::DataFolder& folder, std::size_t households);
// Until the process is ended: `per_second` events a second.
[[noreturn]] void read_slowly(const runtime::DataFolder& folder, double per_second);
// Until the process is ended: from the first event to the head, again and again.
[[noreturn]] void read_again_and_again(const runtime::DataFolder& folder);

}  // namespace doorstep::bench
