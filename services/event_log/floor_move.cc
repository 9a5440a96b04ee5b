#include "services/event_log/floor_move.h"

#include <algorithm>
#include <utility>

namespace doorstep::event_log {
namespace {

std::string text(Position position) { return std::to_string(number(position)); }

}  // namespace

FloorMove::FloorMove(Outside outside, LogId log, Say say, Limits limits)
    : outside_{outside}, log_{log}, say_{std::move(say)}, limits_{limits} {}

Result<Work> FloorMove::step(Now) {
  if (draining_) return Work::idle;
  if (is_announced_) {
    if (!outside_.news.is_seen()) return Work::idle;
    if (auto dropped = drop(); !dropped) return std::unexpected(dropped.error());
    return Work::done;
  }
  if (fold_) {
    if (auto folded = fold_some(); !folded) return std::unexpected(folded.error());
    return Work::done;
  }
  const auto wished = outside_.news.wished();
  return wished ? begin(*wished) : Work::idle;
}

Result<Work> FloorMove::begin(Position wanted) {
  const Position covered = outside_.index.covered();
  if (covered < wanted) {
    outside_.news.answer(wire::Refused{.code = wire::RefusalCode::busy,
                                       .message = "move the floor: the indexes are at position " +
                                                  text(covered) +
                                                  " and must have passed it. Ask again",
                                       .retry_after_ms = 1'000});
    return Work::done;
  }
  const auto stored = outside_.store.read(wanted);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return failure(ErrorCode::damaged, "the block at " + text(wanted) + " is missing");
  floor_ = (**stored).last == wanted ? wanted : Position{number((**stored).first) - 1};
  const Position present = outside_.store.floor();
  if (floor_ <= present) {
    outside_.news.answer(wire::FloorMoved{present});
    return Work::done;
  }
  outside_.consolidation.end_a_run_at(floor_);
  auto base = read_floor_base(outside_.store, log_);
  if (!base) return std::unexpected(base.error());
  fold_.emplace(*std::move(base));
  told_ = present;
  say_("the floor is being moved from position " + text(present) + " to " + text(floor_));
  return Work::done;
}

Outcome FloorMove::fold_some() {
  for (int i = 0; i < limits_.blocks_per_step && fold_->upto() < floor_; ++i) {
    const auto stored = outside_.store.read(next(fold_->upto()));
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) {
      return failure(ErrorCode::damaged,
                     "the block at position " + text(next(fold_->upto())) + " is missing");
    }
    if (auto taken = fold_->take(**stored); !taken) return taken;
    if (fold_->requests().size() < limits_.requests_per_write) continue;
    if (auto kept = keep_requests(); !kept) return kept;
  }
  if (number(fold_->upto()) >= number(told_) + limits_.told_every) {
    told_ = fold_->upto();
    say_("the floor is on its way: at position " + text(told_) + " of " + text(floor_));
  }
  return fold_->upto() < floor_ ? Outcome{} : move();
}

Outcome FloorMove::keep_requests() {
  if (auto kept = outside_.store.keep_dropped(fold_->requests()); !kept) return kept;
  fold_->drop_requests();
  return {};
}

Outcome FloorMove::move() {
  if (auto kept = keep_requests(); !kept) return kept;
  // Two folds of the same blocks, long apart: nothing is deleted where they disagree.
  if (fold_->upto() != floor_ ||
      fold_->parts().pages != outside_.index.page_roots(number(floor_))) {
    return failure(ErrorCode::damaged,
                   "the events up to position " + text(floor_) +
                       " are not what was indexed, so the floor does not move. Keep the data "
                       "folder as it is, and say `doorstep log verify --indexes`");
  }
  // A reader may have come meanwhile, or come back with less than it had.
  if (auto why = outside_.news.still_needed(floor_)) {
    fold_.reset();
    outside_.news.answer(*std::move(why));
    return {};
  }
  const LogBase base{.floor = floor_, .value = to_bytes(log_, fold_->parts(), fold_->leaves())};
  if (auto moved = outside_.store.move_floor(base); !moved) return moved;
  outside_.consolidation.skip_to(floor_);
  outside_.news.move({.floor = floor_,
                      .tree = fold_->parts().tree,
                      .leaves = {fold_->leaves().begin(), fold_->leaves().end()}});
  fold_.reset();
  is_announced_ = true;
  return {};
}

Outcome FloorMove::drop() {
  if (auto dropped = outside_.store.drop_below_floor(); !dropped) return dropped;
  is_announced_ = false;
  say_("the floor is at position " + text(floor_) + ": events up to there are no longer kept");
  outside_.news.answer(wire::FloorMoved{floor_});
  return {};
}

}  // namespace doorstep::event_log
