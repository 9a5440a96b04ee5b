// Chance for the field simulator: SplitMix64 (Steele, Lea, Flood 2014). The same seed gives the
// same county and the same day on every machine, which the distributions of <random> do not
// promise. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace doorstep::cli {

class SeededRandom {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_{seed} {}

  [[nodiscard]] std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // In [0, 1).
  [[nodiscard]] double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  [[nodiscard]] bool chance(double probability) { return fraction() < probability; }
  // In [low, high).
  [[nodiscard]] double from_to(double low, double high) { return low + (high - low) * fraction(); }
  // Both ends included. Pre-condition: low <= high.
  [[nodiscard]] int between(int low, int high) {
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  // Below `limit`. Pre-condition: limit > 0.
  [[nodiscard]] std::size_t below(std::size_t limit) { return next() % limit; }

  // One of the choices, each as likely as its weight says. Pre-condition: not empty.
  template <class T>
  [[nodiscard]] T pick(std::span<const std::pair<T, double>> choices) {
    double total = 0;
    for (const auto& [choice, weight] : choices) total += weight;
    double left = fraction() * total;
    for (const auto& [choice, weight] : choices) {
      if (left < weight) return choice;
      left -= weight;
    }
    return choices.back().first;
  }

 private:
  std::uint64_t state_{};
};

}  // namespace doorstep::cli
