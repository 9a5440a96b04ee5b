#include "services/event_log/consolidation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {
namespace {

// How much the next start may look at once more.
constexpr std::size_t kept_bytes_max = 64 * 1024 * 1024;

// What was merged must say exactly what its parts said.
bool holds_the_same(const wire::Block& merged, const auto& parts) {
  std::size_t records = 0;
  std::size_t requests = 0;
  for (const auto& part : parts) {
    records += part.block.records().size();
    requests += part.block.requests().size();
  }
  if (merged.records().size() != records || merged.requests().size() != requests) return false;
  auto record = merged.records().begin();
  auto request = merged.requests().begin();
  for (const auto& part : parts) {
    for (const wire::Record& expected : part.block.records()) {
      if (!std::ranges::equal(record->stored, expected.stored)) return false;
      ++record;
    }
    for (const wire::BlockRequest& expected : part.block.requests()) {
      if (request->append_id != expected.append_id || request->digest != expected.digest ||
          request->first != expected.first || request->events != expected.events) {
        return false;
      }
      ++request;
    }
  }
  return true;
}

}  // namespace

Consolidation::Consolidation(BlockStore& store, Tail& tail, Limits limits)
    : store_{store},
      tail_{tail},
      limits_{limits},
      looked_to_{std::max(store.replaced_to(), store.floor())} {}

Result<Work> Consolidation::step(Now) {
  if (draining_) return Work::idle;  // the next start goes on
  const auto durable = store_.durable();
  if (!durable) return std::unexpected(durable.error());
  Work work = Work::idle;
  for (int i = 0; i < limits_.blocks_per_step; ++i) {
    const Position last = run_.empty() ? looked_to_ : run_.back().stored.last;
    if (last >= *durable) break;
    auto stored = store_.read(next(last));
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) break;
    const std::uint64_t merged_before = merged_;
    if (auto looked = look_at(std::move(**stored)); !looked) {
      // The store stalls: the same run is tried again.
      if (looked.error().code == ErrorCode::busy) return Work::idle;
      return std::unexpected(looked.error());
    }
    work = Work::done;
    if (merged_ != merged_before) break;  // one write a step
  }
  return work;
}

Outcome Consolidation::look_at(StoredBlock stored) {
  // Its end was reached before, and the store was busy.
  if (!run_.empty() && run_.back().stored.last == end_) {
    if (auto ended = end_run(); !ended) return ended;
  }
  const auto header = wire::read_block_header(*stored.bytes);
  if (!header) return std::unexpected(header.error());
  if (header->raw_bytes >= limits_.small_below) {
    if (auto ended = end_run(); !ended) return ended;
    looked_to_ = stored.last;
    kept_bytes_ += header->raw_bytes;
    return kept_bytes_ < kept_bytes_max ? Outcome{} : keep();
  }
  if (run_bytes_ >= limits_.merged_from || run_events_ >= limits_.merged_events_from) {
    if (auto ended = end_run(); !ended) return ended;
  }
  auto block = wire::Block::open(*stored.bytes);
  if (!block) return std::unexpected(block.error());
  run_bytes_ += header->raw_bytes;
  run_events_ += header->events;
  const bool is_end = stored.last == end_;
  run_.push_back({std::move(stored), std::move(*block)});
  return is_end ? end_run() : Outcome{};
}

// The run grows no more: its blocks become one.
Outcome Consolidation::end_run() {
  if (run_.empty()) return {};
  if (run_.size() > 1) {
    if (auto merged = merge(); !merged) return merged;
    merged_ += run_.size() - 1;
    kept_bytes_ = 0;
  }
  looked_to_ = run_.back().stored.last;
  forget_run();
  return {};
}

void Consolidation::forget_run() {
  run_.clear();
  run_bytes_ = 0;
  run_events_ = 0;
}

void Consolidation::end_a_run_at(Position end) {
  end_ = end;
  forget_run();  // it may hold blocks of both sides
}

void Consolidation::skip_to(Position floor) {
  if (looked_to_ >= floor) return;
  looked_to_ = floor;
  forget_run();
}

Outcome Consolidation::merge() {
  for (const Part& part : run_) {
    auto record = part.block.records().begin();
    for (const wire::BlockRequest& request : part.block.requests()) {
      builder_.begin_request(request.append_id, request.digest, request.first);
      for (std::uint32_t i = 0; i < request.events; ++i, ++record) {
        builder_.add(record->stamp, record->event);
      }
    }
  }
  const StoredBlock merged{.first = run_.front().stored.first,
                           .last = run_.back().stored.last,
                           .bytes = std::make_shared<const Bytes>(builder_.finish())};
  const auto opened = wire::Block::open(*merged.bytes);
  DOORSTEP_ASSERT(opened && holds_the_same(*opened, run_));
  if (auto replaced = store_.replace(merged); !replaced) return replaced;
  tail_.replace(merged);
  return {};
}

Outcome Consolidation::keep() {
  kept_bytes_ = 0;
  return store_.keep_as_written(looked_to_);
}

}  // namespace doorstep::event_log
