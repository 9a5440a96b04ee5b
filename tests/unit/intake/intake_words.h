// A small county for intake's tests, and the words to speak about it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/intake/checks.h"
#include "services/intake/decide_row.h"
#include "services/intake/known.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

inline constexpr Instant morning{1'647'990'000'000};  // 2022-03-23T07:00:00+08:00
inline constexpr AreaCode county{431'224'000'000'00000};
inline constexpr AreaCode township{431'224'100'000'00000};
inline constexpr AreaCode village{431'224'100'001'00000};
inline constexpr AreaCode grid{431'224'100'001'00100};

template <class AnyId>
[[nodiscard]] AnyId id_of(std::uint64_t n) {
  return AnyId{with_version({0x017f'b4a1'2c00'0000 + n, n}, 7)};
}
[[nodiscard]] inline WorkerId worker_number(std::uint64_t n) { return id_of<WorkerId>(100 + n); }
[[nodiscard]] inline HouseholdId household_number(std::uint64_t n) {
  return id_of<HouseholdId>(200 + n);
}
[[nodiscard]] inline DwellingId dwelling_number(std::uint64_t n) {
  return id_of<DwellingId>(300 + n);
}
inline const CampaignId campaign = id_of<CampaignId>(400);
[[nodiscard]] inline RoundId round_number(std::uint64_t n) { return id_of<RoundId>(410 + n); }

inline constexpr PersonCounts family_of_three{
    .registered = 4, .usual = 3, .present = 2, .away_in_county = 1};

class County {
 public:
  explicit County(bool with_round = true) {
    for (const AreaCode code : {county, township, village, grid})
      state(AreaDefined{code, "某地"}, code);
    for (const std::uint64_t n : {1U, 2U, 3U, 4U, 5U}) {
      state(WorkerRegistered{worker_number(n), WorkerKind::grid_worker, grid}, grid);
    }
    state(DwellingRegistered{dwelling_number(1), DwellingState::in_use}, grid);
    state(HouseholdRegistered{household_number(1), HouseholdKind::family, family_of_three}, grid);
    state(HouseholdPlaced{household_number(1), dwelling_number(1), grid, morning}, grid);
    if (!with_round) return;
    state(CampaignOpened{campaign, "排查"}, county);
    state(RoundOpened{.round = round_number(1), .campaign = campaign, .number = 1}, county);
  }

  County& state(const Body& body, AreaCode area = grid) {
    ++position_;
    known.evolve({{Position{position_}, {}, morning},
                  {{.id = id_of<EventId>(position_), .type = type_of(body), .area = area}, body}});
    return *this;
  }

  Known known{};

 private:
  std::uint64_t position_{};
};

// "pointer code" of each problem; "conflict" or "notFound"; nothing where it was accepted.
[[nodiscard]] inline std::vector<std::string> refusals(const Decision& decision) {
  if (decision) return {};
  const Refusal& refusal = decision.error();
  if (refusal.kind == Refusal::Kind::fields) {
    std::vector<std::string> list;
    for (const FieldProblem& problem : refusal.problems) {
      EXPECT_FALSE(problem.detail.zh.empty());
      EXPECT_FALSE(problem.detail.en.empty());
      list.push_back(problem.pointer + " " + problem.code);
    }
    return list;
  }
  EXPECT_FALSE(refusal.title.zh.empty());
  EXPECT_FALSE(refusal.title.en.empty());
  return {refusal.kind == Refusal::Kind::conflict ? "conflict" : "notFound"};
}

}  // namespace doorstep::intake
