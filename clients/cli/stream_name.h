// A stream as one word of the command line: "household:0197…", "area:431224100", "system".
#pragma once

#include <string_view>

#include "common/domain/event.h"
#include "common/domain/result.h"

namespace doorstep::cli {

// invalid: says what a stream looks like.
[[nodiscard]] Result<StreamId> parse_stream(std::string_view text);

}  // namespace doorstep::cli
