// Answers what reporting and the command line ask, from one settled state. Pure: the same state and
// question give the same answer. A question that cannot be answered gets Invalid or NotFound with
// the reason.
#pragma once

#include "common/wire/board_protocol.h"
#include "services/aggregation/coverage.h"

namespace doorstep::aggregation {

// Up to where the state has folded, and how far the log is.
struct AsOf {
  Position upto{};
  Instant recorded_at{};
  Position head{};
  wire::Edition edition{};
};

// A Watch is answered at once with what changed so far, which may be nothing: parking is the
// caller's.
[[nodiscard]] wire::Answer answer(const wire::Question& question, const Coverage& coverage,
                                  const AsOf& as_of);

}  // namespace doorstep::aggregation
