#include "services/assignment/give.h"

namespace doorstep::assignment {
namespace {

std::uint32_t load_of(const Known& known, WorkerId worker) {
  const auto pending = known.pending.find(worker);
  return known.tasks.load(worker) + (pending == known.pending.end() ? 0 : pending->second);
}

// Clerks type what others bring; they knock on no doors.
bool knocks(const Worker& worker) { return worker.on_duty && worker.kind != WorkerKind::clerk; }

std::optional<WorkerId> least_loaded_at(const Known& known, AreaCode home) {
  const auto at = known.registered.workers_by_home().find(home);
  if (at == known.registered.workers_by_home().end()) return std::nullopt;
  std::optional<WorkerId> chosen;
  std::uint32_t least = 0;
  for (const WorkerId id : at->second) {  // in the order of ids: the first of equals stays
    const Worker* const worker = known.registered.worker(id);
    if (!worker || !knocks(*worker)) continue;
    const std::uint32_t load = load_of(known, id);
    if (!chosen || load < least) {
      chosen = id;
      least = load;
    }
  }
  return chosen;
}

}  // namespace

std::optional<Chosen> someone_for(const Known& known, const Household& household,
                                  TaskApproach approach) {
  if (const auto lead = known.registered.lead_of(household.id)) {
    const WorkerId worker{lead->id};
    if (lead->kind == HolderKind::worker && known.registered.worker(worker)) {
      return Chosen{worker, GivenReason::lead_of_household};
    }
    return std::nullopt;
  }
  if (approach == TaskApproach::person_decides) return std::nullopt;
  for (AreaCode area = household.area; area.is_known() && is_asked_for(area, household.area);
       area = parent(area)) {
    if (const auto worker = least_loaded_at(known, area)) {
      return Chosen{*worker, GivenReason::least_loaded_of_grid};
    }
  }
  return std::nullopt;
}

bool is_asked_for(AreaCode home, AreaCode household_area) {
  return contains(home, household_area) && level_of(home) >= AreaLevel::village;
}

}  // namespace doorstep::assignment
