// Visits: what a worker found at a door, and taking that back. Pure.
#pragma once

#include <span>

#include "services/intake/commands.h"
#include "services/intake/known.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

// A visit to a closed round, or to a household that was withdrawn since, is accepted: it happened,
// and the phone was offline. A household on no list needs an area.
[[nodiscard]] Decision decide(const RecordVisit& visit, const Known& known, Instant now);
[[nodiscard]] Decision decide(const RetractVisit& retraction, const Known& known, Instant now);

// Whether the events that the log has under the command's id say the same. Intake's own additions
// (round, area, skew) are taken as they were then.
[[nodiscard]] bool repeats(const RecordVisit& visit, std::span<const Event> stored);
[[nodiscard]] bool repeats(const RetractVisit& retraction, std::span<const Event> stored);

}  // namespace doorstep::intake
