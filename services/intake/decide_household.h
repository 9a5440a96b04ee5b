// Households: registered and placed, and taken off the roster. Pure.
#pragma once

#include <span>

#include "services/intake/commands.h"
#include "services/intake/known.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

// The dwelling is registered too where the log does not know it. A household that was withdrawn may
// be registered again.
[[nodiscard]] Decision decide(const RegisterHousehold& household, const Known& known, Instant now);
[[nodiscard]] Decision decide(const WithdrawHousehold& household, const Known& known, Instant now);

[[nodiscard]] bool repeats(const RegisterHousehold& household, std::span<const Event> stored);
[[nodiscard]] bool repeats(const WithdrawHousehold& household, std::span<const Event> stored);

// Registers and places, and states the dwelling first where it is new: also what an import lands.
// The events after the first have ids derived from the command's.
[[nodiscard]] std::vector<Event> events_of(const RegisterHousehold& household, bool dwelling_is_new,
                                           DwellingState dwelling_state = DwellingState::in_use);

}  // namespace doorstep::intake
