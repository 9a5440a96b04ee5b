// What to do next about one household: open a screening task, give it, end it, or nothing. Pure:
// the same log, pending work and `now` give the same event, and its id depends on the log alone, so
// that what is decided twice is stated once. The rules in words: README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "common/domain/event.h"
#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "services/assignment/attempts.h"

namespace doorstep::assignment {

// Tasks given to a worker by events that are on their way to the log.
using PendingLoad = std::unordered_map<WorkerId, std::uint32_t>;

struct Known {
  const Register& registered;
  const Tasks& tasks;
  const RoundAttempts& attempts;
  const PendingLoad& pending;
};

// The next event about the household, if the rules ask for one. Its task stays open where nobody
// can be found to give it to.
[[nodiscard]] std::optional<Event> next_event(const Known& known, HouseholdIndex household,
                                              Instant now);

// True where the household has a task that is open and not given: it waits for someone to answer
// for it.
[[nodiscard]] bool waits_for_someone(const Tasks& tasks, HouseholdId household);

// A window for a task: when to try again after `tried`, within the round where that is possible.
struct Window {
  Instant not_before{};
  Instant not_after{};
  bool operator==(const Window&) const = default;
};
// At another hour: a try in working hours is repeated that evening or the next, one outside them at
// least two hours later and never at night.
[[nodiscard]] Window at_another_hour(Instant tried, Instant now, Instant deadline);

// Who states what this service decides.
[[nodiscard]] ActorId assignment_actor();

}  // namespace doorstep::assignment
