#include "services/event_log/log_index.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {
namespace {

// So many streams before its turn one is prefetched: memory is some 150 ns away, and a turn takes
// 20 to 100.
constexpr std::size_t streams_ahead = 16;
constexpr std::size_t columns_at_once = 256;  // whoever asks waits no longer than for these

}  // namespace

LogIndex::LogIndex(IndexStore& store, IndexFold fold)
    : store_{store},
      page_roots_{fold.parts().pages},
      fold_{std::move(fold)},
      covered_{fold_.upto()},
      written_{fold_.upto()} {}

template <class RecordedAt>
void LogIndex::add_columns(std::span<const Heading> headings, RecordedAt recorded_at) {
  for (std::size_t i = 0; i < headings.size();) {
    const std::size_t until = std::min(headings.size(), i + columns_at_once);
    const std::scoped_lock lock{mutex_};
    for (; i < until; ++i) {
      const std::size_t ahead = i + streams_ahead;
      if (ahead < headings.size()) fold_.parts().heads.prefetch(headings[ahead].stream);
      fold_.add_columns(recorded_at(i), headings[i]);
    }
    const auto& pages = fold_.parts().pages;
    page_roots_.insert(page_roots_.end(),
                       pages.begin() + static_cast<std::ptrdiff_t>(page_roots_.size()),
                       pages.end());
    covered_ = fold_.upto();
  }
}

void LogIndex::add(std::span<const wire::Record> records, std::span<const Heading> headings) {
  DOORSTEP_ASSERT(records.size() == headings.size());
  for (const wire::Record& record : records) fold_.add_leaf(record);
  add_columns(headings, [records](std::size_t i) { return records[i].stamp.recorded_at; });
}

void LogIndex::add(const proof::Growth& growth, std::span<const RecordedFrom> times,
                   std::span<const Heading> headings) {
  const std::uint64_t before = number(fold_.upto());
  DOORSTEP_ASSERT(growth.size == before + headings.size() &&
                  number(times.front().first) == before + 1);
  fold_.add_leaves(growth);
  add_columns(headings, [times, before](std::size_t i) mutable {
    while (times.size() > 1 && number(times[1].first) <= before + 1 + i) times = times.subspan(1);
    return times.front().recorded_at;
  });
}

void LogIndex::add(std::span<const wire::BlockRequest> requests) {
  const std::scoped_lock lock{mutex_};
  for (const wire::BlockRequest& request : requests) fold_.add(request);
}

Outcome LogIndex::write() {
  // Read without the lock: only this thread changes it.
  if (auto written = store_.write(fold_.batch()); !written) return written;
  const std::scoped_lock lock{mutex_};
  fold_.drop_batch();
  written_ = fold_.upto();
  return {};
}

std::optional<StreamHead> LogIndex::head_of(StreamId stream) const {
  const std::scoped_lock lock{mutex_};
  return fold_.parts().heads.of(stream);
}

std::vector<Sha256> LogIndex::page_roots(std::uint64_t size) const {
  const std::scoped_lock lock{mutex_};
  const auto pages = std::min<std::size_t>(page_roots_.size(), size / page_events);
  return {page_roots_.begin(), page_roots_.begin() + static_cast<std::ptrdiff_t>(pages)};
}

Result<std::shared_ptr<const IndexPage>> LogIndex::page(std::uint64_t number) const {
  Bytes bytes;
  {
    const std::scoped_lock lock{mutex_};
    if (doorstep::number(fold_.upto()) < (number + 1) * page_events) {
      DOORSTEP_ASSERT(page_of(next(fold_.upto())) == number);
      return std::make_shared<const IndexPage>(fold_.parts().page);
    }
    const auto& fresh = fold_.batch().pages;
    const auto found = std::ranges::lower_bound(fresh, number, {}, &IndexedPage::number);
    if (found != fresh.end() && found->number == number) bytes = found->bytes;
  }
  if (bytes.empty()) {
    auto stored = store_.page(number);
    if (!stored) return std::unexpected(stored.error());
    if (*stored) bytes = std::move(**stored);
  }
  auto page = page_from(bytes);
  if (!page || page->events() != page_events) {
    store_.give_up();
    return failure(ErrorCode::io, "read page " + std::to_string(number) +
                                      " of the index: it is missing or damaged. The log is not "
                                      "affected: the next start folds the index again");
  }
  return std::make_shared<const IndexPage>(*std::move(page));
}

void LogIndex::note_lost(const Error& error) const {
  const std::scoped_lock lock{mutex_};
  if (!is_lost_) why_lost_ = error;
  is_lost_ = true;
}

AppendId LogIndex::largest() const {
  const auto largest = store_.largest_append_id();
  if (largest) return *largest;
  note_lost(largest.error());
  return {};
}

std::optional<KnownAppend> LogIndex::find(AppendId id) const {
  const auto found = store_.find(id);
  if (!found) {
    note_lost(found.error());
    return std::nullopt;
  }
  if (!*found) return std::nullopt;
  const IndexedAppend& append = **found;
  return KnownAppend{.first = append.first,
                     .last = Position{number(append.first) + append.events - 1},
                     .digest_start = append.digest_start};
}

std::optional<Error> LogIndex::lost() const {
  return is_lost_ ? std::optional{why_lost_} : std::nullopt;
}

}  // namespace doorstep::event_log
