#include "services/event_log/rates.h"

#include <algorithm>
#include <cmath>

#include "common/wire/log_request.h"

namespace doorstep::event_log {

void Rates::limit(const std::string& account, std::uint32_t events_per_second) {
  const double capacity =
      std::max<double>(events_per_second, static_cast<double>(wire::append_events_max));
  buckets_[account] = {.events_per_second = static_cast<double>(events_per_second),
                       .capacity = capacity,
                       .events = capacity};
}

std::optional<Milliseconds> Rates::take(const std::string& account, std::size_t events,
                                        Milliseconds now) {
  const auto found = buckets_.find(account);
  if (found == buckets_.end()) return std::nullopt;
  Bucket& bucket = found->second;
  const Milliseconds passed = bucket.filled ? now - *bucket.filled : Milliseconds{};
  const double seconds = static_cast<double>(passed.count()) / 1'000;
  bucket.events = std::min(bucket.capacity, bucket.events + seconds * bucket.events_per_second);
  bucket.filled = now;
  const auto wanted = std::min(static_cast<double>(events), bucket.capacity);
  if (bucket.events >= wanted) {
    bucket.events -= wanted;
    return std::nullopt;
  }
  const double missing = (wanted - bucket.events) / bucket.events_per_second;
  return Milliseconds{static_cast<std::int64_t>(std::ceil(missing * 1'000))};
}

}  // namespace doorstep::event_log
