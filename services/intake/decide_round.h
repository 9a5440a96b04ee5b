// Campaigns and their rounds: opened, and closed. Pure.
#pragma once

#include <span>

#include "services/intake/commands.h"
#include "services/intake/known.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

[[nodiscard]] Decision decide(const OpenCampaign& campaign, const Known& known, Instant now);
[[nodiscard]] Decision decide(const OpenRound& round, const Known& known, Instant now);
[[nodiscard]] Decision decide(const CloseRound& round, const Known& known, Instant now);

[[nodiscard]] bool repeats(const OpenCampaign& campaign, std::span<const Event> stored);
[[nodiscard]] bool repeats(const OpenRound& round, std::span<const Event> stored);
[[nodiscard]] bool repeats(const CloseRound& round, std::span<const Event> stored);

}  // namespace doorstep::intake
