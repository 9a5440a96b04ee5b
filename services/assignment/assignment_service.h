// The assignment service: follows the log, folds who is there, what is open and what was tried, and
// states what comes next. It keeps nothing of its own: a restart folds the log again and goes on
// where it was. An Error of step() means that going on would be wrong (no right to append, a
// damaged log).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "services/assignment/attempts.h"
#include "services/assignment/backlog.h"
#include "services/assignment/screening_plan.h"

namespace doorstep::assignment {

struct AssignmentLimits {
  std::size_t in_flight_max{512};         // events on their way to the log
  std::size_t looks_per_step_max{4'096};  // households decided on in one step
  std::size_t batches_per_step_max{4};
};

class AssignmentService final : public Service {
 public:
  // The endpoints lead to the log and outlive the service. With `read_note` it notices when another
  // log or epoch answers than the one that it began with.
  AssignmentService(Messages& log_cmd, Messages& log_feed, runtime::Metrics& metrics,
                    AssignmentLimits limits, runtime::ReadNote read_note = {});
  AssignmentService(Messages& log_cmd, Messages& log_feed, runtime::Metrics& metrics)
      : AssignmentService{log_cmd, log_feed, metrics, AssignmentLimits{}} {}

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override { return log_.in_flight() == 0; }

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
  runtime::FollowId follow_{};

  Register register_{};
  Tasks tasks_{};
  RoundAttempts attempts_{};
  Backlog backlog_{};
  Position position_{};

  std::unordered_map<EventId, OnItsWay> on_their_way_{};
  std::unordered_map<HouseholdIndex, EventId> busy_{};  // the household's event that is on its way
  PendingLoad pending_{};
  Milliseconds monotonic_{};
  Milliseconds paused_until_{};  // the log asked for a pause
  bool nothing_left_{};
  bool draining_{};
  std::optional<Error> stopped_by_{};
};

}  // namespace doorstep::assignment
