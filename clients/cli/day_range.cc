#include "clients/cli/day_range.h"

#include "clients/cli/log_reading.h"
#include "common/rocks/stored_log.h"
#include "services/event_log/verification.h"

namespace doorstep::cli {
namespace {

Result<Day> day_of(const runtime::DataFolder& folder, Position position) {
  std::optional<Day> day;
  const Outcome read = read_log(
      folder,
      {.from_exclusive = Position{number(position) - 1}, .until = position, .consumer = "day-seal"},
      [&](const runtime::FeedBatch& batch) {
        for (const wire::Record& record : batch.records()) {
          if (record.stamp.position == position) day = beijing_day(record.stamp.recorded_at);
        }
        return !day.has_value();
      });
  if (!read) return std::unexpected(read.error());
  if (day) return *day;
  return failure(ErrorCode::damaged,
                 "the log gave no event at position " + std::to_string(number(position)));
}

// The first position after `from` whose day is `least` or later; one past `head` if there is none.
Result<Position> first_not_before(const runtime::DataFolder& folder, Day least, Position from,
                                  Position head) {
  std::uint64_t low = number(from);
  std::uint64_t high = number(head) + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto day = day_of(folder, Position{middle});
    if (!day) return std::unexpected(day.error());
    if (*day < least) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Position{low};
}

// The last event that is not kept may be of the same day.
Outcome check_begins_above_floor(const runtime::DataFolder& folder, Day day, Position floor) {
  const auto dropped = day_at_floor(folder);
  if (!dropped) return std::unexpected(dropped.error());
  if (!*dropped || **dropped < day) return {};
  return failure(ErrorCode::not_found, "events of " + to_string(day) +
                                           " are below the log's floor, position " +
                                           std::to_string(number(floor)) +
                                           ", and no longer kept: look for its sealed file");
}

}  // namespace

Result<std::optional<Day>> day_at_floor(const runtime::DataFolder& folder) {
  const auto log = rocks::StoredLog::open(folder.log_folder());
  if (!log) return std::unexpected(log.error());
  const auto base = log->base();
  if (!base) return std::unexpected(base.error());
  if (!*base) return std::optional<Day>{};
  const auto dropped = event_log::recorded_at_floor(**base, log->log());
  if (!dropped) return std::unexpected(dropped.error());
  return std::optional{beijing_day(*dropped)};
}

Result<Position> last_before_day(const runtime::DataFolder& folder, Day day, Position floor,
                                 Position head) {
  const auto first = first_not_before(folder, day, next(floor), head);
  if (!first) return std::unexpected(first.error());
  return Position{number(*first) - 1};
}

Result<DayRange> range_of_day(const runtime::DataFolder& folder, Day day, Position floor,
                              Position head) {
  const Day after{static_cast<std::int32_t>(day) + 1};
  const auto first = first_not_before(folder, day, next(floor), head);
  if (!first) return std::unexpected(first.error());
  if (floor > Position{} && *first == next(floor)) {
    if (auto above = check_begins_above_floor(folder, day, floor); !above) {
      return std::unexpected(above.error());
    }
  }
  const auto end = first_not_before(folder, after, *first, head);
  if (!end) return std::unexpected(end.error());
  if (*end == *first) {
    return failure(ErrorCode::not_found, "the log holds no event of " + to_string(day));
  }
  return DayRange{*first, Position{number(*end) - 1}};
}

}  // namespace doorstep::cli
