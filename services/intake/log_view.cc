#include "services/intake/log_view.h"

#include <string>
#include <utility>

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

LogView::LogView(runtime::KeptFollow::Outside outside, runtime::StateKeeper::Limits snapshots)
    : follower_{outside.follower},
      follow_{std::move(outside),
              {.names = {"intake", "snapshots/intake"}, .limits = snapshots, .requests = true}} {}

Result<Work> LogView::step(Now now) {
  if (!follow_.begin([this](BytesView snapshot) { return take_up(snapshot); })) return Work::idle;
  const runtime::FollowId id = *follow_.id();
  Work work = Work::idle;
  for (int taken = 0; taken < batches_per_step_max; ++taken) {
    const auto batch = follower_.next(id);
    if (!batch) break;
    work = Work::done;
    const Outcome folded = fold(*batch);
    if (!folded) return std::unexpected(folded.error());
  }
  if (const auto ended = follower_.ended(id)) {
    return std::unexpected{follow_.feed_ended(position_, *ended)};
  }
  is_ready_ = is_ready_ || follower_.is_level(id);
  if (follow_.is_due(position_, now)) keep(now);
  return work;
}

std::optional<runtime::Progress> LogView::take_up(BytesView snapshot) {
  auto kept = snapshot_from(snapshot);
  if (!kept) return std::nullopt;
  known_ = std::move(kept->state);
  position_ = kept->progress.cursor.position;
  recorded_at_ = kept->progress.recorded_at;
  return std::move(kept->progress);
}

void LogView::keep(Now now) {
  follow_.keep(position_, recorded_at_, now,
               [this](const runtime::Progress& progress) { return to_bytes(progress, known_); });
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

Position LogView::head() const { return follow_.id() ? follower_.head(*follow_.id()) : Position{}; }

wire::Edition LogView::edition() const {
  if (!follow_.id()) return {};
  const auto& cursor = follower_.cursor(*follow_.id());
  return cursor ? wire::Edition{.log = cursor->log, .epoch = cursor->epoch} : wire::Edition{};
}

bool LogView::is_late(Now now) const {
  const auto heard = follow_.id() ? follower_.heard(*follow_.id()) : std::nullopt;
  return !heard || now.monotonic - *heard > silence_max;
}

}  // namespace doorstep::intake
