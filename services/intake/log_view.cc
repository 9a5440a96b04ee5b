#include "services/intake/log_view.h"

#include <string>
#include <utility>

#include "common/domain/assert.h"
#include "common/runtime/logging.h"
#include "common/wire/event_codec.h"
#include "services/intake/snapshot.h"

namespace doorstep::intake {
namespace {

constexpr int batches_per_step_max = 16;

// Tells, record by record, whether its request had several events.
class Requests {
 public:
  explicit Requests(const wire::Block& block) : requests_{block.requests()} {}

  bool is_of_several(Position position) {
    while (next_ < requests_.size() && end_of(requests_[next_]) <= number(position)) ++next_;
    return next_ < requests_.size() && requests_[next_].first <= position &&
           requests_[next_].events > 1;
  }

 private:
  static std::uint64_t end_of(const wire::BlockRequest& request) {
    return number(request.first) + request.events;
  }
  std::span<const wire::BlockRequest> requests_;
  std::size_t next_{};
};

}  // namespace

LogView::LogView(Outside outside, runtime::StateKeeper::Limits snapshots)
    : outside_{std::move(outside)},
      keeper_{outside_.snapshot, outside_.metrics, {"intake", "snapshots/intake"}, snapshots} {}

Result<Work> LogView::step(Now now) {
  if (!follow_) {
    ask_which_log();
    return Work::idle;
  }
  Work work = Work::idle;
  for (int taken = 0; taken < batches_per_step_max; ++taken) {
    const auto batch = outside_.follower.next(*follow_);
    if (!batch) break;
    work = Work::done;
    const Outcome folded = fold(*batch);
    if (!folded) return std::unexpected(folded.error());
  }
  if (const auto ended = outside_.follower.ended(*follow_)) {
    return std::unexpected{keeper_.feed_ended(position_, *ended)};
  }
  const bool is_level = outside_.follower.is_level(*follow_);
  is_ready_ = is_ready_ || is_level;
  if (keeper_.is_due(position_, is_level, now)) keep(now);
  return work;
}

void LogView::ask_which_log() {
  if (is_asking_ || !outside_.log.accepts()) return;
  is_asking_ = true;
  outside_.log.describe([this](const auto& log) {
    is_asking_ = false;
    if (log) start(*log);
  });
}

// Whether the snapshot's history is the log's own is for the log to say: it ends the feed if not.
void LogView::start(const wire::Described& log) {
  auto cursor = runtime::Cursor::start_of(log.log, log.epoch);
  if (const auto bytes = keeper_.read()) {
    if (auto snapshot = snapshot_from(*bytes)) {
      cursor = std::move(snapshot->progress.cursor);
      known_ = std::move(snapshot->state);
      position_ = cursor.position;
      recorded_at_ = snapshot->progress.recorded_at;
    } else {
      runtime::log_warning("the snapshot is of another version: folding the log from the start");
    }
  }
  keeper_.begin_at(position_);
  // Nobody could compare it, so the hashing is saved.
  if (!outside_.read_note) cursor.tree.reset();
  follow_ = outside_.follower.follow({.cursor = std::move(cursor),
                                      .read_note = outside_.read_note,
                                      .requests = true,
                                      .consumer = "intake",
                                      .kept = keeper_.kept()});
}

Outcome LogView::fold(const runtime::FeedBatch& batch) {
  if (batch.block) {
    Requests requests{*batch.block};
    for (const wire::Record& record : batch.records()) {
      auto event = wire::decode_event(record.event);
      if (!event) {
        return failure(ErrorCode::damaged, "position " +
                                               std::to_string(number(record.stamp.position)) +
                                               ": " + event.error().message);
      }
      if (const auto* visit = std::get_if<VisitRecorded>(&event->body)) {
        if (requests.is_of_several(record.stamp.position)) {
          known_.note_in_batch(visit->visit, record.stamp.position);
        }
      }
      known_.evolve({record.stamp, *event});
      recorded_at_ = record.stamp.recorded_at;
    }
  }
  position_ = batch.to_inclusive;
  return {};
}

void LogView::keep(Now now) {
  if (!follow_ || keeper_.is_done(position_)) return;
  const auto& cursor = outside_.follower.cursor(*follow_);
  DOORSTEP_ASSERT(cursor && cursor->position == position_);
  keeper_.keep(position_, now, [&] { return to_bytes({*cursor, recorded_at_}, known_); });
  outside_.follower.set_kept(*follow_, keeper_.kept());
}

Position LogView::head() const { return follow_ ? outside_.follower.head(*follow_) : Position{}; }

bool LogView::is_late(Now now) const {
  const auto heard = follow_ ? outside_.follower.heard(*follow_) : std::nullopt;
  return !heard || now.monotonic - *heard > silence_max;
}

}  // namespace doorstep::intake
