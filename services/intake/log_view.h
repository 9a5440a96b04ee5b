// Intake's eye on the log: follows it and keeps what decisions need. Whatever is in the log folds,
// also what was appended past intake. The snapshot is only a shortcut: without one the log is
// folded from its first event.
#pragma once

#include <optional>

#include "common/runtime/kept_follow.h"
#include "common/wire/board_protocol.h"
#include "services/intake/known.h"

namespace doorstep::intake {

class LogView {
 public:
  // Nothing heard from the log for so long: the answer to "is intake well" is no.
  static constexpr Milliseconds silence_max{5'000};

  // What `outside` names must outlive the view. One thread.
  LogView(runtime::KeptFollow::Outside outside, runtime::StateKeeper::Limits snapshots);

  // Folds what has arrived, a bounded number of batches, and keeps a snapshot when that is due.
  // damaged: an event that cannot be read. Any other error: the log ended the subscription for a
  // reason that needs an operator.
  [[nodiscard]] Result<Work> step(Now now);
  // The state to disk, where it is not there yet; before a stop.
  void keep(Now now);

  [[nodiscard]] const Known& known() const { return known_; }
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] Position head() const;
  // Of the log that it follows, and its epoch; nothing else of it is known here.
  [[nodiscard]] wire::Edition edition() const;
  [[nodiscard]] Instant recorded_at() const { return recorded_at_; }  // of the event at position()
  // Up to where the state is on disk.
  [[nodiscard]] Position kept() const { return follow_.kept(); }
  // True once it was level with the head: from then on it decides.
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] bool is_late(Now now) const;

 private:
  [[nodiscard]] std::optional<runtime::Progress> take_up(BytesView snapshot);
  [[nodiscard]] Outcome fold(const runtime::FeedBatch& batch);

  runtime::LogFollower& follower_;
  runtime::KeptFollow follow_;
  Known known_{};
  Position position_{};
  Instant recorded_at_{};  // of the event there
  bool is_ready_{false};
};

}  // namespace doorstep::intake
