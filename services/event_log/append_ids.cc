#include "services/event_log/append_ids.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {

std::uint64_t start_of(const RequestDigest& digest) {
  std::uint64_t start = 0;
  std::memcpy(&start, digest.data(), sizeof start);
  return start;
}

bool KnownAppend::says_the_same(const RequestDigest& digest) const {
  return start_of(digest) == digest_start;
}

AppendIds::Known AppendIds::Entry::known() const {
  const std::uint64_t first = first_and_more >> 16;
  return {.first = Position{first},
          .last = Position{first + (first_and_more & 0xffff)},
          .digest_start = digest_start};
}

std::optional<AppendIds::Known> AppendIds::find(AppendId id) const {
  if (id > largest_) return std::nullopt;
  const Entry key{.id = id.value};
  if (const Entry* const entry = newest_.table.find(key)) return entry->known();
  if (const Entry* const entry = before_.table.find(key)) return entry->known();
  return older_ == nullptr ? std::nullopt : older_->find(id);
}

std::optional<Error> AppendIds::lost() const {
  return older_ == nullptr ? std::nullopt : older_->lost();
}

bool AppendIds::add(AppendId id, const RequestDigest& digest, Position first,
                    std::uint32_t events) {
  DOORSTEP_ASSERT(!id.is_nil());
  DOORSTEP_ASSERT(events >= 1 && events <= events_max);
  DOORSTEP_ASSERT(number(first) >> 48 == 0);
  if (newest_.table.size() >= generation_min) let_go();
  largest_ = std::max(largest_, id);
  const Entry entry{.id = id.value,
                    .first_and_more = number(first) << 16 | (events - 1),
                    .digest_start = start_of(digest)};
  if (before_.table.find(entry) != nullptr) return false;
  const std::size_t before = newest_.table.size();
  static_cast<void>(newest_.table.find_or_insert(entry));
  newest_.last = std::max(newest_.last, entry.known().last);
  return newest_.table.size() > before;
}

void AppendIds::let_go() {
  if (older_ == nullptr || older_->upto() < before_.last) return;
  before_ = std::exchange(newest_, {});
}

}  // namespace doorstep::event_log
