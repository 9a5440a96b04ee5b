// Which positions a day has, found by halving over the times of recording, which never decrease.
#pragma once

#include <optional>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/runtime/data_folder.h"

namespace doorstep::cli {

struct DayRange {
  Position first{};
  Position last{};
};

// All ask the running log about a few dozen events.
// not_found: the day has none, or its beginning is no longer kept.
[[nodiscard]] Result<DayRange> range_of_day(const runtime::DataFolder& folder, Day day,
                                            Position floor, Position head);
// The day of the last event that is no longer kept; nullopt: all are kept.
[[nodiscard]] Result<std::optional<Day>> day_at_floor(const runtime::DataFolder& folder);
// The floor, where no event above it is of an earlier day.
[[nodiscard]] Result<Position> last_before_day(const runtime::DataFolder& folder, Day day,
                                               Position floor, Position head);

}  // namespace doorstep::cli
