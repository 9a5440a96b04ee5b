// Intake's eye on the log: follows it and keeps what decisions need. Whatever is in the log folds,
// also what was appended past intake. The snapshot is only a shortcut: without one the log is
// folded from its first event.
#pragma once

#include <optional>

#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/state_keeper.h"
#include "services/intake/known.h"

namespace doorstep::intake {

class LogView {
 public:
  // Nothing heard from the log for so long: the answer to "is intake well" is no.
  static constexpr Milliseconds silence_max{5'000};

  struct Outside {
    runtime::LogClient& log;
    runtime::LogFollower& follower;
    SnapshotFile& snapshot;
    runtime::Metrics& metrics;
    runtime::ReadNote read_note{};  // empty: what is read is not compared with what is signed
  };

  // What `outside` names must outlive the view. One thread.
  LogView(Outside outside, runtime::StateKeeper::Limits snapshots);

  // Folds what has arrived, a bounded number of batches, and keeps a snapshot when that is due.
  // damaged: an event that cannot be read. Any other error: the log ended the subscription for a
  // reason that needs an operator.
  [[nodiscard]] Result<Work> step(Now now);
  // The state to disk, where it is not there yet; before a stop.
  void keep(Now now);

  [[nodiscard]] const Known& known() const { return known_; }
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] Position head() const;
  // Up to where the state is on disk.
  [[nodiscard]] Position kept() const { return keeper_.kept(); }
  // True once it was level with the head: from then on it decides.
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] bool is_late(Now now) const;

 private:
  void ask_which_log();
  void start(const wire::Described& log);
  [[nodiscard]] Outcome fold(const runtime::FeedBatch& batch);

  Outside outside_;
  runtime::StateKeeper keeper_;
  std::optional<runtime::FollowId> follow_{};  // set once the log has said which log it is
  bool is_asking_{};
  Known known_{};
  Position position_{};
  Instant recorded_at_{};  // of the event there
  bool is_ready_{false};
};

}  // namespace doorstep::intake
