// What happens at one door: who opens, and what comes of it. Pure; chance is an argument.
#pragma once

#include "clients/cli/field_county.h"
#include "clients/cli/seeded_random.h"
#include "common/domain/event.h"

namespace doorstep::cli {

// Minute of the county's day (from 08:00) at which working people are back home.
inline constexpr double after_work_minute = 570;

struct Meeting {
  VisitMode mode{};
  Disposition disposition{};
  PersonCounts persons{};
  double minutes{};
};

// The `number`-th try at this household, made at `minute` of the day. `promised`: it has an
// appointment.
[[nodiscard]] Meeting meet(const FieldHousehold& home, double minute, int number, VisitMode mode,
                           bool promised, SeededRandom& random);

}  // namespace doorstep::cli
