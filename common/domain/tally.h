// The count of an area in a round, and MODEL's identities over it. A tally is only ever the sum of
// what its households contribute (one at most to each of the two identities).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/domain/words.h"

namespace doorstep {

struct Tally {
  // By Disposition, index = its number. On the roster only.
  std::array<std::uint32_t, 13> by_disposition{};
  std::uint32_t untouched{};
  // Beside the identity: by WithdrawalReason (index = its number), and found on no list.
  std::array<std::uint32_t, 6> withdrawn{};
  std::uint32_t off_roster{};
  // Persons on the roster: usual residents = verified + not yet verified.
  std::uint32_t persons_usual{};
  std::uint32_t persons_not_verified{};

  bool operator==(const Tally&) const = default;
  Tally& operator+=(const Tally& other);
  // Pre-condition: `other` was added before, so that nothing goes below zero (asserted).
  Tally& operator-=(const Tally& other);
};

[[nodiscard]] std::uint32_t count(const Tally& tally, Answer answer);
[[nodiscard]] std::uint32_t count(const Tally& tally, Disposition disposition);
// roster = screened + settled + partial + attempted + untouched.
[[nodiscard]] std::uint32_t roster(const Tally& tally);
[[nodiscard]] std::uint32_t withdrawn(const Tally& tally);
// (roster − untouched) / roster; nullopt where the roster is empty.
[[nodiscard]] std::optional<double> progress(const Tally& tally);
// (screened + settled) / roster; nullopt where the roster is empty.
[[nodiscard]] std::optional<double> coverage(const Tally& tally);

}  // namespace doorstep
