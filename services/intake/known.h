// What intake knows: the register, which visits were taken back, and where those stand that were
// appended together with others. A fold of the log, nothing else.
#pragma once

#include <optional>
#include <unordered_map>
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
  // A visit that was appended together with others: its own id does not find it in the log.
  void note_in_batch(VisitId visit, Position at) { in_batches_.try_emplace(visit, at); }
  [[nodiscard]] std::optional<Position> in_batch(VisitId visit) const {
    const auto at = in_batches_.find(visit);
    if (at == in_batches_.end()) return std::nullopt;
    return at->second;
  }

  // For snapshots (archived.h); a reader that got something else has failed.
  template <class Archive>
  void archive(Archive& archive);

  // The county that the areas are of; unknown before the first one.
  [[nodiscard]] AreaCode county() const {
    const auto& areas = register_.areas();
    return areas.empty() ? AreaCode{} : ancestor(areas.begin()->first, AreaLevel::county);
  }

 private:
  Register register_{};
  std::unordered_set<VisitId> retracted_{};
  std::unordered_map<VisitId, Position> in_batches_{};
};

}  // namespace doorstep::intake
