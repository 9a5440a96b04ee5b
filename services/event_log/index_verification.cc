#include "services/event_log/index_verification.h"

#include <algorithm>
#include <optional>
#include <string>

#include "services/event_log/floor_base.h"
#include "services/event_log/log_state.h"

namespace doorstep::event_log {
namespace {

std::unexpected<Error> differs(const std::string& what) {
  return failure(ErrorCode::damaged,
                 "the index says something else than the log: " + what +
                     ". Stop the log and delete its folder log-index: it is folded again");
}

}  // namespace

Result<IndexVerification> IndexVerification::begin(const IndexStore& index, const IndexedLog& log,
                                                   std::optional<Bytes> heads) {
  const auto cursor = index.cursor();
  if (!cursor) return std::unexpected(cursor.error());
  return IndexVerification{index, log, std::move(heads), *cursor};
}

IndexVerification::IndexVerification(const IndexStore& index, const IndexedLog& log,
                                     std::optional<Bytes> heads, Position cursor)
    : index_{&index}, log_{log}, heads_{std::move(heads)} {
  verified_.upto = cursor;
  if (!heads_) return;
  if (const auto parts = heads_from(*heads_, log)) {
    verified_.heads_upto = Position{parts->tree.size()};
  }
}

bool IndexVerification::is_done() const {
  return fold_.upto() >= std::max(verified_.upto, verified_.heads_upto);
}

Outcome IndexVerification::begin_at(const LogBase& base) {
  auto begun = floor_base_from(base, log_.log);
  if (!begun) return std::unexpected(begun.error());
  fold_ = IndexFold{std::move(begun->parts)};
  // A snapshot of before the floor is old, not wrong: the next start folds from the floor.
  if (verified_.heads_upto < fold_.upto()) heads_were_compared_ = true;
  return compare_heads();
}

Outcome IndexVerification::take_dropped(const IndexedAppend& request) { return compare(request); }

Outcome IndexVerification::take(const StoredBlock& stored) {
  auto taken = fold_block(fold_, stored, [this](const wire::Record&) { return compare_heads(); });
  return taken ? compare_batch() : taken;
}

Outcome IndexVerification::compare_heads() {
  if (!heads_ || fold_.upto() != verified_.heads_upto || heads_were_compared_) return {};
  heads_were_compared_ = true;
  verified_.streams = fold_.parts().heads.size();
  if (to_bytes(log_, fold_.parts()) == *heads_) return {};
  return differs("the snapshot of the heads at position " +
                 std::to_string(number(verified_.heads_upto)));
}

Outcome IndexVerification::compare_batch() {
  for (const IndexedPage& page : fold_.batch().pages) {
    if (last_of_page(page.number) > verified_.upto) continue;
    const auto stored = index_->page(page.number);
    if (!stored) return std::unexpected(stored.error());
    if (*stored != page.bytes) return differs("page " + std::to_string(page.number));
    ++verified_.pages;
  }
  for (const IndexedAppend& append : fold_.batch().append_ids) {
    if (auto same = compare(append); !same) return same;
  }
  fold_.drop_batch();
  return {};
}

Outcome IndexVerification::compare(const IndexedAppend& append) {
  if (number(append.first) + append.events - 1 > number(verified_.upto)) return {};
  const auto stored = index_->find(append.id);
  if (!stored) return std::unexpected(stored.error());
  if (*stored != append) return differs("append " + to_string(append.id));
  ++verified_.append_ids;
  return {};
}

Result<IndexesVerified> IndexVerification::finish() {
  if (fold_.upto() < verified_.upto) {
    return differs("it knows positions up to " + std::to_string(number(verified_.upto)) +
                   ", the log ends at " + std::to_string(number(fold_.upto())));
  }
  const auto append_ids = index_->count_append_ids();
  if (!append_ids) return std::unexpected(append_ids.error());
  if (*append_ids != verified_.append_ids) {
    return differs("it knows " + std::to_string(*append_ids) + " append requests, the log has " +
                   std::to_string(verified_.append_ids));
  }
  if (heads_ && !heads_were_compared_) {
    return differs("the snapshot of the heads is of another log, or of none");
  }
  return verified_;
}

Result<IndexesVerified> verify_indexes(const BlockStore& store, const IndexStore& index,
                                       std::optional<Bytes> heads, const IndexedLog& log,
                                       const std::function<void(Position done)>& progress) {
  const auto durable = store.durable();
  if (!durable) return std::unexpected(durable.error());
  auto verification = IndexVerification::begin(index, log, std::move(heads));
  if (!verification) return std::unexpected(verification.error());
  const auto base = store.base();
  if (!base) return std::unexpected(base.error());
  if (*base) {
    if (auto begun = verification->begin_at(**base); !begun) {
      return std::unexpected(begun.error());
    }
  }
  const auto dropped = store.each_dropped(
      [&](const IndexedAppend& request) { return verification->take_dropped(request); });
  if (!dropped) return std::unexpected(dropped.error());
  while (!verification->is_done() && verification->upto() < *durable) {
    const auto stored = store.read(next(verification->upto()));
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) return failure(ErrorCode::damaged, "a block is missing");
    if (auto taken = verification->take(**stored); !taken) return std::unexpected(taken.error());
    if (progress) progress(verification->upto());
  }
  return verification->finish();
}

}  // namespace doorstep::event_log
