#include "services/event_log/verification.h"

#include <algorithm>
#include <utility>

#include "common/wire/event_codec.h"
#include "services/event_log/floor_base.h"

namespace doorstep::event_log {
namespace {

constexpr std::size_t problems_max = 64;  // kinds of problem that are kept; all are counted

std::string at(Position position) { return std::to_string(number(position)); }

}  // namespace

Result<Instant> recorded_at_floor(const LogBase& base, LogId log) {
  const auto begun = floor_base_from(base, log);
  if (!begun) return std::unexpected(begun.error());
  return begun->parts.recorded_at;
}

Verification::Verification(std::vector<SignedPoint> points) : points_{std::move(points)} {
  std::ranges::stable_sort(points_, {}, [](const SignedPoint& p) { return p.checkpoint.size; });
  compare_roots();
}

void Verification::problem(Position first, std::string what) {
  // The same kind again is counted: thousands of lines would hide the other kinds.
  const auto known = std::ranges::find(result_.problems, what, &Problem::what);
  if (known != result_.problems.end()) {
    ++known->times;
  } else if (result_.problems.size() < problems_max) {
    result_.problems.push_back({.first = first, .what = std::move(what)});
  }
}

Outcome Verification::begin_at(const LogBase& base, LogId log) {
  const auto begun = floor_base_from(base, log);
  if (!begun) return std::unexpected(begun.error());
  tree_ = begun->parts.tree;
  recorded_at_ = begun->parts.recorded_at;
  begun->parts.heads.each([this](const StreamHead& head) {
    streams_.find_or_insert({.id = head.stream.id,
                             .kind = static_cast<std::uint64_t>(head.stream.kind),
                             .events = head.events});
  });
  head_ = result_.floor = base.floor;
  while (next_point_ < points_.size() && points_[next_point_].checkpoint.size < tree_.size()) {
    ++next_point_;
    ++result_.points_below;
  }
  compare_roots();
  return {};
}

void Verification::take_dropped(const IndexedAppend& request) {
  ++result_.requests;
  dropped_events_ += request.events;
  if (number(request.first) + request.events - 1 > number(result_.floor)) {
    problem(request.first, "a dropped append request reaches above the floor");
  }
  take_request(request.id, request.first);
}

void Verification::unreadable(Position key) {
  problem(key, "a block is cut off or does not match its checksum");
}

void Verification::take(const StoredBlock& stored) {
  ++result_.blocks;
  if (stored.first <= head_) {
    problem(stored.first, "a block begins before the one in front of it ends");
    is_whole_ = false;
    return;
  }
  if (stored.first > next(head_)) {
    problem(next(head_), "events are missing");
    is_whole_ = false;
    head_ = Position{number(stored.first) - 1};
  }
  const auto block = wire::Block::open(*stored.bytes);
  if (!block) {
    problem(stored.first, block.error().message);
    is_whole_ = false;
    head_ = std::max(head_, stored.last);
    return;
  }
  const auto records = block->records();
  if (records.front().stamp.position != stored.first ||
      records.back().stamp.position != stored.last) {
    problem(stored.first, "a block holds other positions than its key says");
  }
  take_requests(stored, *block);
  for (const wire::Record& record : records) take_record(record);
}

void Verification::take_requests(const StoredBlock& stored, const wire::Block& block) {
  if (block.requests().empty()) problem(stored.first, "records belong to no append request");
  for (const wire::BlockRequest& request : block.requests()) {
    ++result_.requests;
    take_request(request.append_id, request.first);
  }
}

void Verification::take_request(AppendId id, Position first) {
  if (id.is_nil()) {
    problem(first, "an append request has no id");
  } else if (requests_.find_or_insert({.id = id.value, .first = first}).first != first) {
    problem(first, "an append request is there twice");
  }
}

void Verification::take_record(const wire::Record& record) {
  const Stamp& stamp = record.stamp;
  if (stamp.position != next(head_)) {
    problem(next(head_), "events are missing");
    is_whole_ = false;
  }
  head_ = stamp.position;
  ++result_.events;
  if (stamp.recorded_at < recorded_at_) {
    problem(stamp.position, "an event was recorded before the one that it follows");
  }
  recorded_at_ = std::max(recorded_at_, stamp.recorded_at);
  const auto envelope = wire::decode_envelope(record.event);
  if (!envelope || envelope->stream.is_none()) {
    problem(stamp.position, "a record holds no event");
  } else {
    const StreamId& stream = envelope->stream;
    Stream& known =
        streams_.find_or_insert({.id = stream.id, .kind = static_cast<std::uint64_t>(stream.kind)});
    // Where events are missing the revisions of their streams cannot be told.
    if (known.events != number(stamp.revision) && is_whole_) {
      problem(stamp.position, "an event has a revision that its stream does not have");
    }
    known.events = number(stamp.revision) + 1;
  }
  tree_.append(hasher_, record.stored);
  compare_roots();
}

void Verification::compare_roots() {
  for (; next_point_ < points_.size(); ++next_point_) {
    const SignedPoint& point = points_[next_point_];
    if (point.checkpoint.size > tree_.size() || !is_whole_) return;
    ++result_.points;
    if (tree_.root(hasher_) != point.checkpoint.root) {
      problem(Position{point.checkpoint.size},
              "the events up to here are not those that were signed in " + point.from);
    }
  }
}

Verified Verification::finish() {
  for (; next_point_ < points_.size() && is_whole_; ++next_point_) {
    const SignedPoint& point = points_[next_point_];
    if (!point.must_reach) continue;
    problem(next(head_), "the log ends at position " + at(head_) + ", and " + point.from +
                             " was signed for " + std::to_string(point.checkpoint.size));
  }
  if (result_.points == 0 && result_.points_below > 0) {
    problem(next(result_.floor), "nothing that is signed reaches the floor");
  }
  if (dropped_events_ != number(result_.floor)) {
    problem(result_.floor, "append requests of events below the floor are missing");
  }
  result_.head = head_;
  result_.root = tree_.root(hasher_);
  std::ranges::stable_sort(result_.problems, {}, &Problem::first);
  return std::exchange(result_, {});
}

}  // namespace doorstep::event_log
