#include "common/runtime/kept_follow.h"

#include <utility>

#include "common/domain/assert.h"
#include "common/runtime/logging.h"

namespace doorstep::runtime {

KeptFollow::KeptFollow(Outside outside, Settings settings)
    : outside_{std::move(outside)},
      settings_{std::move(settings)},
      keeper_{outside_.snapshot, outside_.metrics, settings_.names, settings_.limits} {}

bool KeptFollow::begin(const TakeUp& take_up) {
  if (id_) return true;
  if (described_) {
    start(*described_, take_up);
    return true;
  }
  if (is_asking_ || !outside_.log.accepts()) return false;
  is_asking_ = true;
  outside_.log.describe([this](const auto& log) {
    is_asking_ = false;
    if (log) described_ = *log;
  });
  return false;
}

// Whether the snapshot's history is the log's own is for the log to say: it ends the feed if not.
void KeptFollow::start(const wire::Described& log, const TakeUp& take_up) {
  auto cursor = Cursor::start_of(log.log, log.epoch);
  if (const auto bytes = keeper_.read()) {
    if (auto progress = take_up(*bytes)) {
      cursor = std::move(progress->cursor);
    } else {
      log_warning("the snapshot is of another version: folding the log from the start");
    }
  }
  keeper_.begin_at(cursor.position);
  // Nobody could compare it, so the hashing is saved.
  if (!outside_.read_note) cursor.tree.reset();
  id_ = outside_.follower.follow({.cursor = std::move(cursor),
                                  .read_note = outside_.read_note,
                                  .requests = settings_.requests,
                                  .consumer = settings_.names.service,
                                  .kept = keeper_.kept()});
}

bool KeptFollow::is_due(Position upto, Now now) const {
  return id_ && keeper_.is_due(upto, outside_.follower.is_level(*id_), now);
}

void KeptFollow::keep(Position upto, Instant recorded_at, Now now, const Write& write) {
  if (is_done(upto)) return;
  const auto& cursor = outside_.follower.cursor(*id_);
  DOORSTEP_ASSERT(cursor && cursor->position == upto);
  keeper_.keep(upto, now, [&] { return write({*cursor, recorded_at}); });
  outside_.follower.set_kept(*id_, keeper_.kept());
}

}  // namespace doorstep::runtime
