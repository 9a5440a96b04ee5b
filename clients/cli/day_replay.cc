#include "clients/cli/day_replay.h"

#include "common/domain/assert.h"
#include "services/aggregation/digest.h"

namespace doorstep::cli {

void DayReplay::take(const Recorded& recorded) {
  const Delivery delivery = projected_.deliver(recorded);
  DOORSTEP_ASSERT(delivery == Delivery::folded);
  if (beijing_day(recorded.stamp.recorded_at) != day_) return;
  if (events_ == 0) first_ = recorded.stamp.position;
  last_ = recorded.stamp.position;
  ++events_;
}

void DayReplay::settle() { projected_.state.settle(projected_.upto); }

Sha256 DayReplay::digest() const { return aggregation::digest(projected_.state); }

}  // namespace doorstep::cli
