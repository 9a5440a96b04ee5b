#include "services/event_log/time_search.h"

#include <algorithm>

namespace doorstep::event_log {
namespace {

// The number of covered pages whose first event is earlier than `at`, or that lie below the floor.
Result<std::uint64_t> pages_before(Instant at, const LogIndex& index, Position floor,
                                   Position covered) {
  std::uint64_t low = page_of(next(floor));
  std::uint64_t high = covered == Position{} ? 0 : page_of(covered) + 1;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    const auto page = index.page(middle);
    if (!page) return std::unexpected(page.error());
    if ((*page)->recorded_at < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

Result<Position> first_at_or_after(Instant at, const LogIndex& index, BlockReader& reader,
                                   Position floor, Position head) {
  const Position covered = std::min(index.covered(), head);
  const auto before = pages_before(at, index, floor, covered);
  if (!before) return std::unexpected(before.error());
  // It is in the last page that begins earlier, or the first of the page after it.
  Position to = std::max(floor, Position{*before == 0 ? 0 : (*before - 1) * page_events});
  const Position end = last_of_page(*before) <= covered ? Position{*before * page_events} : head;
  while (to < end) {
    const auto opened = reader.open(next(to));
    if (!opened) return std::unexpected(opened.error());
    for (const wire::Record& record : (*opened)->block.records()) {
      if (record.stamp.position <= to) continue;
      if (record.stamp.position > end) break;
      if (record.stamp.recorded_at >= at) return record.stamp.position;
    }
    to = (*opened)->stored.last;
  }
  return next(end);
}

}  // namespace doorstep::event_log
