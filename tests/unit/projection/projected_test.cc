#include "common/projection/projected.h"

#include <gtest/gtest.h>

namespace doorstep {
namespace {

struct Count {
  void evolve(const Recorded&) { ++events; }
  int events{};
};

Recorded at(std::uint64_t position) { return {.stamp = {.position = Position{position}}}; }

TEST(Projected, folds_the_next_record_and_no_other) {
  Projected<Count> projected;
  EXPECT_EQ(projected.deliver(at(1)), Delivery::folded);
  EXPECT_EQ(projected.deliver(at(1)), Delivery::seen_before);
  EXPECT_EQ(projected.deliver(at(2)), Delivery::folded);
  EXPECT_EQ(projected.state.events, 2);
}

TEST(Projected, reports_a_gap_and_does_not_fold_past_it) {
  Projected<Count> projected;
  EXPECT_EQ(projected.deliver(at(1)), Delivery::folded);
  EXPECT_EQ(projected.deliver(at(3)), Delivery::gap);
  EXPECT_EQ(projected.upto, Position{1});
  EXPECT_EQ(projected.state.events, 1);
}

}  // namespace
}  // namespace doorstep
