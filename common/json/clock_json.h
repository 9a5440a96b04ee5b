// What is wrong with the clock, as /healthz, the board's stream and `doorstep status` say it.
#pragma once

#include <optional>
#include <string_view>

#include "common/domain/clock_check.h"
#include "common/json/writer.h"

namespace doorstep::json {

// "key":{"problem":"recordAhead","byMs":120000}, or null where the clock is fine.
inline void write_clock(Writer& to, std::string_view key,
                        const std::optional<ClockProblem>& problem) {
  to.key(key);
  if (!problem) {
    to.null();
    return;
  }
  to.begin_object()
      .field("problem", name_of(problem->trouble))
      .field("byMs", static_cast<std::uint64_t>(problem->by.count()))
      .end_object();
}

}  // namespace doorstep::json
