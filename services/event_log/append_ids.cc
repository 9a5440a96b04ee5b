#include "services/event_log/append_ids.h"

#include <cstring>

#include "common/domain/assert.h"

namespace doorstep::event_log {
namespace {

std::uint64_t start_of(const Sha256& digest) {
  std::uint64_t start = 0;
  std::memcpy(&start, digest.data(), sizeof start);
  return start;
}

}  // namespace

bool AppendIds::Known::says_the_same(const Sha256& digest) const {
  return start_of(digest) == digest_start;
}

std::optional<AppendIds::Known> AppendIds::find(AppendId id) const {
  const Entry* const entry = table_.find(Entry{.id = id.value});
  if (entry == nullptr) return std::nullopt;
  const std::uint64_t first = entry->first_and_more >> 16;
  return Known{.first = Position{first},
               .last = Position{first + (entry->first_and_more & 0xffff)},
               .digest_start = entry->digest_start};
}

bool AppendIds::add(AppendId id, const Sha256& digest, Position first, std::uint32_t events) {
  DOORSTEP_ASSERT(!id.is_nil());
  DOORSTEP_ASSERT(events >= 1 && events <= events_max);
  DOORSTEP_ASSERT(number(first) >> 48 == 0);
  const std::size_t before = table_.size();
  const Entry entry{.id = id.value,
                    .first_and_more = number(first) << 16 | (events - 1),
                    .digest_start = start_of(digest)};
  static_cast<void>(table_.find_or_insert(entry));
  return table_.size() > before;
}

}  // namespace doorstep::event_log
