// Intake's eye on the log: follows it from the first event and keeps what decisions need. Whatever
// is in the log folds, also what was appended past intake.
#pragma once

#include <optional>
#include <unordered_map>

#include "common/runtime/log_follower.h"
#include "services/intake/known.h"

namespace doorstep::intake {

class LogView {
 public:
  // Nothing heard from the log for so long: the answer to "is intake well" is no.
  static constexpr Milliseconds silence_max{5'000};

  // `follower` must outlive the view. One thread.
  explicit LogView(runtime::LogFollower& follower, runtime::ReadNote read_note = {});

  // Folds what has arrived, a bounded number of batches. damaged: an event that cannot be read. Any
  // other error: the log ended the subscription for a reason that needs an operator.
  [[nodiscard]] Result<Work> step(Now now);

  [[nodiscard]] const Known& known() const { return known_; }
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] Position head() const { return follower_.head(follow_); }
  // True once it was level with the head: from then on it decides.
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] bool is_late(Now now) const;
  // Where a visit stands that was appended together with others: its own id does not find it in the
  // log.
  [[nodiscard]] std::optional<Position> in_batch(VisitId visit) const;

 private:
  [[nodiscard]] Outcome fold(const runtime::FeedBatch& batch);
  runtime::LogFollower& follower_;
  runtime::FollowId follow_{};
  Known known_{};
  std::unordered_map<VisitId, Position> visits_in_batches_{};
  Position position_{};
  bool is_ready_{false};
};

}  // namespace doorstep::intake
