// Appends to Doorstep's log: as fast as it answers, or at a steady pace.
#pragma once

#include "tests/bench/race/connection.h"

namespace doorstep::bench {

[[nodiscard]] Figures append_to_ours(const runtime::DataFolder& folder, const Shape& shape);
// `rate` events a second in requests of shape.batch, each sent when it is due, on one connection.
// Latency counts from when a request was due, so a stall is charged to all that it delays.
[[nodiscard]] Figures append_paced(const runtime::DataFolder& folder, const Shape& shape,
                                   double rate);

}  // namespace doorstep::bench
