// given(facts).when(facts).then(check) for any state that evolves in place. Every example is also a
// delivery test: `check` must hold as well for a state that got each record twice, and the whole
// log once more.
#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <optional>
#include <utility>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/projected.h"

namespace doorstep::test {

// 2022-03-23T08:00+08:00, when examples start.
inline constexpr Instant morning{1'647'993'600'000};
[[nodiscard]] inline Instant minutes_past(std::int64_t minutes) {
  return morning + Milliseconds{minutes * 60'000};
}

// A body with what examples say of its envelope and stamp. Left out: it was recorded one minute
// after the record before it, and happened then.
struct Fact {
  template <class Said>
    requires std::constructible_from<Body, Said>
  Fact(Said said) : body{std::move(said)} {}  // NOLINT(google-explicit-constructor)

  Fact in(AreaCode place) && {
    area = place;
    return std::move(*this);
  }
  Fact at(Instant when) && {
    happened_at = when;
    return std::move(*this);
  }
  Fact recorded(Instant when) && {
    recorded_at = when;
    return std::move(*this);
  }

  Body body{};
  AreaCode area{};
  std::optional<Instant> happened_at{};
  std::optional<Instant> recorded_at{};
};

// The records of a log: positions from 1, recordedAt never decreasing.
class FactLog {
 public:
  const Recorded& add(const Fact& fact) {
    Recorded recorded;
    recorded.stamp.position = Position{records_.size() + 1};
    recorded_at_ =
        std::max(recorded_at_, fact.recorded_at.value_or(recorded_at_ + Milliseconds{60'000}));
    recorded.stamp.recorded_at = recorded_at_;
    recorded.event.envelope.id = {{0xe, records_.size() + 1}};
    if (const auto* visit = std::get_if<VisitRecorded>(&fact.body)) {
      recorded.event.envelope.id = {visit->visit.value};
    }
    recorded.event.envelope.area = fact.area;
    recorded.event.envelope.happened_at = fact.happened_at.value_or(recorded_at_);
    recorded.event.body = fact.body;
    records_.push_back(recorded);
    return records_.back();
  }
  void add(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) add(fact);
  }
  [[nodiscard]] const std::vector<Recorded>& records() const { return records_; }

 private:
  Instant recorded_at_{morning};
  std::vector<Recorded> records_{};
};

template <Foldable State>
class FoldSpec {
 public:
  // Each part is a fact or a vector of facts.
  template <class... Parts>
  FoldSpec& given(Parts&&... parts) {
    (log_.add(std::forward<Parts>(parts)), ...);
    return *this;
  }
  template <class... Parts>
  FoldSpec& when(Parts&&... parts) {
    return given(std::forward<Parts>(parts)...);
  }

  template <std::invocable<const State&> Check>
  void then(Check&& check) const {
    Projected<State> once;
    for (const Recorded& record : log_.records()) {
      EXPECT_EQ(once.deliver(record), Delivery::folded);
    }
    settle(once);
    check(std::as_const(once.state));

    SCOPED_TRACE("each record delivered twice, and the whole log again");
    Projected<State> again;
    for (const Recorded& record : log_.records()) {
      EXPECT_EQ(again.deliver(record), Delivery::folded);
      EXPECT_EQ(again.deliver(record), Delivery::seen_before);
    }
    for (const Recorded& record : log_.records()) {
      EXPECT_EQ(again.deliver(record), Delivery::seen_before);
    }
    settle(again);
    check(std::as_const(again.state));
  }

 private:
  static void settle(Projected<State>& projected) {
    if constexpr (requires { projected.state.settle(projected.upto); }) {
      projected.state.settle(projected.upto);
    }
  }

  FactLog log_{};
};

}  // namespace doorstep::test
