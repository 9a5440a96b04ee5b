// The register: which areas, rounds, doors, households, workers and responsibilities the log has
// stated so far. Pure and total: whatever is in the log folds, also what fits nothing. Intake
// decides against it, assignment and aggregation look households up in it, once per event.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/id_index.h"
#include "common/projection/registered.h"

namespace doorstep {

class Register {
 public:
  void evolve(const Recorded& recorded);
  // The household that the last folded event named, if any: looked up once, for all projections.
  [[nodiscard]] std::optional<HouseholdIndex> named() const { return named_; }

  [[nodiscard]] const std::map<AreaCode, Area>& areas() const {
    return areas_;
  }  // by code: a tree walk
  [[nodiscard]] const Area* area(AreaCode code) const;
  [[nodiscard]] const std::unordered_map<CampaignId, Campaign>& campaigns() const {
    return campaigns_;
  }
  [[nodiscard]] const Campaign* campaign(CampaignId id) const;
  [[nodiscard]] const std::vector<Round>& rounds() const { return rounds_; }  // in the order opened
  [[nodiscard]] const Round* round(RoundId id) const;
  // The round that queries default to: the last one opened that is open, else the last one. May be
  // null.
  [[nodiscard]] const Round* current_round() const;
  [[nodiscard]] const Dwelling* dwelling(DwellingId id) const;

  [[nodiscard]] const std::vector<Household>& households() const { return households_; }
  [[nodiscard]] const Household& household(HouseholdIndex index) const;
  [[nodiscard]] std::optional<HouseholdIndex> find(HouseholdId id) const;

  [[nodiscard]] const Worker* worker(WorkerId id) const;
  // By home area, for "who is there in this grid"; ids in order.
  [[nodiscard]] const std::map<AreaCode, std::vector<WorkerId>>& workers_by_home() const {
    return workers_by_home_;
  }
  [[nodiscard]] const Responsibility* responsibility(ResponsibilityId id) const;
  // The lead who answers for the household now, at level covers_household; nullopt: nobody.
  [[nodiscard]] std::optional<Holder> lead_of(HouseholdId id) const;

  // Facts that fit nothing (a second registration under one id, a release of what nobody took, …).
  [[nodiscard]] std::uint64_t unmatched() const { return unmatched_; }

  // For snapshots (archived.h); a reader that got something else has failed.
  template <class Archive>
  void archive(Archive& archive);

 private:
  [[nodiscard]] bool index_again();
  void register_household(const HouseholdRegistered& registered);
  void place(const HouseholdPlaced& placed);
  void withdraw(const HouseholdWithdrawn& withdrawn);
  void open_round(const RoundOpened& opened, Instant at);
  void close_round(RoundId id);
  void register_dwelling(const DwellingRegistered& registered, AreaCode area);
  void register_worker(const WorkerRegistered& registered);
  void set_on_duty(WorkerId id, bool on_duty);
  void take(const ResponsibilityTaken& taken, AreaCode area);
  void release(ResponsibilityId id);
  // Numbers it where it is new. Null: nil names no household, and the fact is unmatched.
  Household* name(HouseholdId id);

  std::map<AreaCode, Area> areas_{};
  std::unordered_map<CampaignId, Campaign> campaigns_{};
  std::vector<Round> rounds_{};
  std::vector<Dwelling> dwellings_{};
  IdIndex<DwellingId> dwelling_index_{};
  std::vector<Household> households_{};
  IdIndex<HouseholdId> household_index_{};
  std::unordered_map<WorkerId, Worker> workers_{};
  std::map<AreaCode, std::vector<WorkerId>> workers_by_home_{};
  // Those of one household form a chain from the latest back, without a container for each
  // household.
  static constexpr std::uint32_t none = 0xffff'ffff;
  std::vector<Responsibility> responsibilities_{};
  std::vector<std::uint32_t> taken_before_{};  // by responsibility
  std::vector<std::uint32_t> taken_last_{};    // by HouseholdIndex
  IdIndex<ResponsibilityId> responsibility_index_{};
  std::optional<HouseholdIndex> named_{};
  std::uint64_t unmatched_{};
};

}  // namespace doorstep
