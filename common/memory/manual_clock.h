// A clock that tests move by hand. Both of its hands move together.
#pragma once

#include "common/domain/assert.h"
#include "common/seam/clock.h"

namespace doorstep::memory {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant starts) : now_{starts} {}

  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] Milliseconds monotonic() const override { return monotonic_; }

  void advance(Milliseconds by) {
    DOORSTEP_ASSERT(by >= Milliseconds{0});
    now_ = now_ + by;
    monotonic_ += by;
  }
  // The wall clock alone is set, as an operator may, also backwards.
  void set_wall(Instant now) { now_ = now; }

 private:
  Instant now_{};
  Milliseconds monotonic_{1'000};
};

}  // namespace doorstep::memory
