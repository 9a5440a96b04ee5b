// A folded state together with how much of the log it has seen. Redelivery and gaps are handled
// here, once, so that a fold never has to think about delivery.
#pragma once

#include <concepts>
#include <cstdint>

#include "common/domain/event.h"

namespace doorstep {

enum class Delivery : std::uint8_t { folded, seen_before, gap };

template <class State>
concept Foldable = requires(State& state, const Recorded& recorded) {
  { state.evolve(recorded) } -> std::same_as<void>;
};

template <Foldable State>
struct Projected {
  State state{};
  Position upto{};

  // Folds `recorded` in, in place, if it is the next one. After `gap` the caller reads from `upto`
  // on.
  [[nodiscard]] Delivery deliver(const Recorded& recorded) {
    if (recorded.stamp.position <= upto) return Delivery::seen_before;
    if (recorded.stamp.position != next(upto)) return Delivery::gap;
    state.evolve(recorded);
    upto = recorded.stamp.position;
    return Delivery::folded;
  }
};

}  // namespace doorstep
