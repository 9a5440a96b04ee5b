// Who gets a task: the lead who answers for the household, else the least-loaded worker on duty
// nearby. Pure.
#pragma once

#include <optional>

#include "services/assignment/screening_plan.h"

namespace doorstep::assignment {

struct Chosen {
  WorkerId worker{};
  GivenReason reason{};
};

// nullopt: no one answers for this household. A unit that answers for it names its own people, so
// its task stays open; what a person must decide goes to the lead only.
[[nodiscard]] std::optional<Chosen> someone_for(const Known& known, const Household& household,
                                                TaskApproach approach);

// The areas whose workers are asked for a household there: its own, then upwards, the village last.
[[nodiscard]] bool is_asked_for(AreaCode home, AreaCode household_area);

}  // namespace doorstep::assignment
