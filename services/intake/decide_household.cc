#include "services/intake/decide_household.h"

#include <algorithm>

#include "common/hash/sha256.h"
#include "services/intake/checks.h"
#include "services/intake/statement.h"

namespace doorstep::intake {
namespace {

Event event_of_withdrawal(const WithdrawHousehold& household, AreaCode area) {
  return event_of(
      {.id = household.id, .happened_at = household.happened_at, .actor = household.actor},
      stream_of(household.household), area, Purpose::roster,
      HouseholdWithdrawn{.household = household.household, .reason = household.reason});
}

}  // namespace

std::vector<Event> events_of(const RegisterHousehold& household, bool dwelling_is_new,
                             DwellingState dwelling_state) {
  const auto statement = [&](EventId id) {
    return Statement{.id = id, .happened_at = household.happened_at, .actor = household.actor};
  };
  const auto derived = [&](std::string_view rule) {
    return statement({derived_id(household.happened_at, rule, household.id.value)});
  };
  std::vector<Event> events;
  events.push_back(event_of(
      statement(household.id), stream_of(household.household), household.area, Purpose::roster,
      HouseholdRegistered{
          .household = household.household, .kind = household.kind, .persons = household.persons}));
  if (dwelling_is_new) {
    events.push_back(
        event_of(derived("dwelling of a household"), stream_of(household.dwelling), household.area,
                 Purpose::roster,
                 DwellingRegistered{.dwelling = household.dwelling, .state = dwelling_state}));
  }
  events.push_back(event_of(derived("place of a household"), stream_of(household.household),
                            household.area, Purpose::roster,
                            HouseholdPlaced{.household = household.household,
                                            .dwelling = household.dwelling,
                                            .area = household.area,
                                            .from = household.happened_at}));
  return events;
}

Decision decide(const RegisterHousehold& household, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(household.id);
  checks.time("/happenedAt", household.happened_at);
  checks.area("/area", household.area, AreaLevel::village);
  checks.persons(household.persons);
  if (!checks.passed()) return refused(checks.take());
  const Household* recorded = known.household(household.household);
  if (recorded != nullptr && recorded->registered && !recorded->withdrawn) {
    return conflict({"此户已登记", "this household is registered already"});
  }
  const bool dwelling_is_new = known.roster().dwelling(household.dwelling) == nullptr;
  return events_of(household, dwelling_is_new);
}

Decision decide(const WithdrawHousehold& household, const Known& known, Instant now) {
  const Household* recorded = known.household(household.household);
  if (recorded == nullptr || !recorded->registered) {
    return not_found({"名册上没有此户", "no such household on the roster"});
  }
  Checks checks{known, now};
  checks.own_id(household.id);
  checks.time("/happenedAt", household.happened_at);
  if (!checks.passed()) return refused(checks.take());
  if (recorded->withdrawn) return conflict({"此户已核减", "this household was withdrawn before"});
  return std::vector{event_of_withdrawal(household, recorded->area)};
}

bool repeats(const RegisterHousehold& household, std::span<const Event> stored) {
  const std::vector<Event> events = events_of(household, stored.size() == 3);
  return std::ranges::equal(events, stored);
}

bool repeats(const WithdrawHousehold& household, std::span<const Event> stored) {
  return stored.size() == 1 && event_of_withdrawal(household, stored[0].envelope.area) == stored[0];
}

}  // namespace doorstep::intake
