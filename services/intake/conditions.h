// What must not have been recorded since a decision's view of the log for the decision to stand.
// The log itself looks, so that of two requests at once, by whatever way, one is decided again.
#pragma once

#include <vector>

#include "common/wire/log_protocol.h"
#include "services/intake/commands.h"
#include "services/intake/known.h"

namespace doorstep::intake {

// Empty where a second fact of that kind contradicts nothing. `seen`: the view's position.
[[nodiscard]] std::vector<wire::Condition> conditions_of(const Command& command, const Known& known,
                                                         Position seen);

}  // namespace doorstep::intake
