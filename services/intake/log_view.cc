#include "services/intake/log_view.h"

#include <string>
#include <utility>

#include "common/wire/event_codec.h"

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

LogView::LogView(runtime::LogFollower& follower, runtime::ReadNote read_note)
    : follower_{follower},
      follow_{follower.follow({.cursor = runtime::Cursor{},
                               .read_note = std::move(read_note),
                               .requests = true,
                               .consumer = "intake"})} {}

Result<Work> LogView::step(Now) {
  Work work = Work::idle;
  for (int taken = 0; taken < batches_per_step_max; ++taken) {
    const auto batch = follower_.next(follow_);
    if (!batch) break;
    work = Work::done;
    const Outcome folded = fold(*batch);
    if (!folded) return std::unexpected(folded.error());
  }
  if (const auto ended = follower_.ended(follow_)) {
    return failure(ErrorCode::unavailable, "the log ended intake's subscription at position " +
                                               std::to_string(number(position_)) + ": " +
                                               ended->message);
  }
  is_ready_ = is_ready_ || follower_.is_level(follow_);
  return work;
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
          visits_in_batches_.try_emplace(visit->visit, record.stamp.position);
        }
      }
      known_.evolve({record.stamp, *event});
    }
  }
  position_ = batch.to_inclusive;
  return {};
}

bool LogView::is_late(Now now) const {
  const auto heard = follower_.heard(follow_);
  return !heard || now.monotonic - *heard > silence_max;
}

std::optional<Position> LogView::in_batch(VisitId visit) const {
  const auto at = visits_in_batches_.find(visit);
  if (at == visits_in_batches_.end()) return std::nullopt;
  return at->second;
}

}  // namespace doorstep::intake
