// What one household adds to the tally of one area in one round: one household at most, counted one
// way, and its usual residents. Tallies are only ever sums of these. Pure.
#pragma once

#include <cstdint>

#include "common/domain/tally.h"
#include "services/aggregation/answers.h"

namespace doorstep::aggregation {

enum class CountedAs : std::uint8_t { nothing, untouched, answered, withdrawn, off_roster };

struct Contribution {
  AreaCode area{};
  CountedAs counted_as{};
  // Index into the tally's array: the disposition's number, or the withdrawal reason's. An unknown
  // reason is 0.
  std::uint8_t slot{};
  std::uint32_t persons_usual{};
  std::uint32_t persons_not_verified{};

  bool operator==(const Contribution&) const = default;
};

struct Persons {
  std::uint32_t usual{};
  std::uint32_t not_verified{};

  bool operator==(const Persons&) const = default;
};

// Usual residents as the deciding visit counted them, where it answered for them; else as
// registered, all not yet verified. `deciding` is null while nobody has visited.
[[nodiscard]] Persons persons_of(std::uint16_t registered_usual, const Visit* deciding);
// True where the visit's own counts are used.
[[nodiscard]] bool counts_persons(const Visit& visit);

[[nodiscard]] Contribution contribution(const Row& row, const Visit* deciding);

void add(Tally& tally, const Contribution& contribution);
// Pre-condition: it was added before (asserted).
void take(Tally& tally, const Contribution& contribution);

}  // namespace doorstep::aggregation
