// What intake knows: the register, and which visits were taken back. A fold of the log, nothing
// else.
#pragma once

#include <unordered_set>

#include "common/projection/register.h"

namespace doorstep::intake {

class Known {
 public:
  void evolve(const Recorded& recorded) {
    register_.evolve(recorded);
    if (const auto* retracted = std::get_if<VisitRetracted>(&recorded.event.body)) {
      retracted_.insert(retracted->visit);
    }
  }

  [[nodiscard]] const Register& roster() const { return register_; }
  [[nodiscard]] bool is_retracted(VisitId visit) const { return retracted_.contains(visit); }
  // Null where nothing was ever said about it.
  [[nodiscard]] const Household* household(HouseholdId id) const {
    const auto index = register_.find(id);
    return index ? &register_.household(*index) : nullptr;
  }
  // The county that the areas are of; unknown before the first one.
  [[nodiscard]] AreaCode county() const {
    const auto& areas = register_.areas();
    return areas.empty() ? AreaCode{} : ancestor(areas.begin()->first, AreaLevel::county);
  }

 private:
  Register register_{};
  std::unordered_set<VisitId> retracted_{};
};

}  // namespace doorstep::intake
