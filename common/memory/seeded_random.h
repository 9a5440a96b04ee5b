// Chance from a seed: the same seed gives the same run, on every machine (SplitMix64, public
// domain).
#pragma once

#include "common/seam/random.h"

namespace doorstep::memory {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_{seed} {}

  [[nodiscard]] std::uint64_t next() override {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }

 private:
  std::uint64_t state_{};
};

}  // namespace doorstep::memory
