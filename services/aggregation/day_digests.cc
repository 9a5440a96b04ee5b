#include "services/aggregation/day_digests.h"

#include <algorithm>
#include <utility>

#include "common/domain/assert.h"
#include "services/aggregation/coverage.h"

namespace doorstep::aggregation {

Event event_of(const DayDigest& digest) {
  const Day next_day{std::to_underlying(digest.day) + 1};
  const Uuid cause{Coverage::version, static_cast<std::uint64_t>(std::to_underlying(digest.day))};
  static const ActorId aggregation{named_id("service", "aggregation")};
  const EventId id{derived_id(start_of(next_day), "digest of coverage", cause)};
  return {.envelope = {.id = id,
                       .type = EventType::projection_digest_recorded,
                       .stream = system_stream,
                       .happened_at = start_of(next_day),
                       .actor = aggregation,
                       .purpose = Purpose::system,
                       .correlation = id},
          .body = ProjectionDigestRecorded{.projection = Coverage::name,
                                           .version = Coverage::version,
                                           .day = digest.day,
                                           .upto = digest.upto,
                                           .sha256 = digest.sha256}};
}

void DayDigests::end_day(const DayDigest& digest) {
  DOORSTEP_ASSERT(!has(digest.day));
  known_.emplace(digest.day, digest);
  untold_.push_back(digest.day);
}

std::optional<DayDigest> DayDigests::next_untold() const {
  if (untold_.empty()) return std::nullopt;
  return known_.at(untold_.front());
}

void DayDigests::told(Day day) {
  const auto at = std::ranges::find(untold_, day);
  if (at != untold_.end()) untold_.erase(at);
}

std::optional<bool> DayDigests::confirms(const ProjectionDigestRecorded& recorded) const {
  if (recorded.projection != Coverage::name || recorded.version != Coverage::version) {
    return std::nullopt;
  }
  const auto at = known_.find(recorded.day);
  if (at == known_.end() || at->second.upto != recorded.upto) return std::nullopt;
  return at->second.sha256 == recorded.sha256;
}

}  // namespace doorstep::aggregation
