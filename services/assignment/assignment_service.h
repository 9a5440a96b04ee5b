// The assignment service: follows the log, folds who is there, what is open and what was tried, and
// states what comes next. Its snapshot is only a shortcut: without one it folds the log from the
// start; either way it looks at every household then and goes on where it was. An Error of step()
// means that going on would be wrong (no right to append, a damaged log).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

#include "common/runtime/kept_follow.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/snapshot_file.h"
#include "services/assignment/backlog.h"
#include "services/assignment/screening_plan.h"
#include "services/assignment/snapshot.h"

namespace doorstep::assignment {

struct AssignmentLimits {
  std::size_t in_flight_max{512};         // events on their way to the log
  std::size_t looks_per_step_max{4'096};  // households decided on in one step
  std::size_t batches_per_step_max{4};
  runtime::StateKeeper::Limits snapshots{};
};

// The endpoints lead to the log.
struct AssignmentPorts {
  Messages& log_cmd;
  Messages& log_feed;
  SnapshotFile& snapshot;
  // Notices when another log or epoch answers than the one that it began with; empty: it does not.
  runtime::ReadNote read_note{};
};

class AssignmentService final : public Service {
 public:
  // Ports and metrics must outlive the service.
  AssignmentService(const AssignmentPorts& ports, runtime::Metrics& metrics,
                    AssignmentLimits limits);
  AssignmentService(const AssignmentPorts& ports, runtime::Metrics& metrics)
      : AssignmentService{ports, metrics, AssignmentLimits{}} {}

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override { return log_.in_flight() == 0 && is_kept_; }

  // True when the log is folded up to its head, as last heard, and nothing is left to decide.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] Position position() const { return position_; }

 private:
  // An event that was decided and has not come back through the feed yet. Its household is not
  // decided on again until it has.
  struct OnItsWay {
    HouseholdIndex household{};
    WorkerId given_to{};  // nil unless a task is given
    bool look_again{};    // something touched the household meanwhile
  };
  struct Counters {
    runtime::Counter opened, given, done, cancelled, already_decided, sent_again;
    runtime::Gauge position, head, waiting, on_their_way;
  };

  [[nodiscard]] std::optional<runtime::Progress> take_up(BytesView snapshot);
  void keep_snapshot(Now now);
  void show();
  [[nodiscard]] Result<Work> follow();
  [[nodiscard]] Outcome fold(std::span<const wire::Record> records);
  [[nodiscard]] Work plan(Now now);
  void look_at(HouseholdIndex household, Now now);
  void append(const Event& event, HouseholdIndex household);
  void answered(EventId id, const std::expected<wire::Appended, wire::Refused>& answer);
  void refused(EventId id, const wire::Refused& why);
  void came_back(EventId id, bool look_again);
  void count(EventType type);

  AssignmentLimits limits_{};
  Counters counters_;
  runtime::LogClient log_;
  runtime::LogFollower follower_;
  runtime::KeptFollow follow_;

  Folded folded_{};
  Position position_{};
  Instant recorded_at_{};  // of the event there
  Backlog backlog_{};

  std::unordered_map<EventId, OnItsWay> on_their_way_{};
  std::unordered_map<HouseholdIndex, EventId> busy_{};  // the household's event that is on its way
  PendingLoad pending_{};
  Milliseconds monotonic_{};
  Milliseconds paused_until_{};  // the log asked for a pause
  bool nothing_left_{};
  bool draining_{};
  bool is_kept_{};  // after draining
  std::optional<Error> stopped_by_{};
};

}  // namespace doorstep::assignment
