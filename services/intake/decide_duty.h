// Workers on duty, and responsibilities given back. Pure.
#pragma once

#include <span>

#include "services/intake/commands.h"
#include "services/intake/known.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

// Reporting in twice is a fact like any other: shifts overlap.
[[nodiscard]] Decision decide(const ReportIn& report, const Known& known, Instant now);
[[nodiscard]] Decision decide(const StandDown& stand_down, const Known& known, Instant now);
[[nodiscard]] Decision decide(const ReleaseResponsibility& release, const Known& known,
                              Instant now);

[[nodiscard]] bool repeats(const ReportIn& report, std::span<const Event> stored);
[[nodiscard]] bool repeats(const StandDown& stand_down, std::span<const Event> stored);
[[nodiscard]] bool repeats(const ReleaseResponsibility& release, std::span<const Event> stored);

}  // namespace doorstep::intake
