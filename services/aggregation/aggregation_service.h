// The aggregation service: follows the log, folds it into the coverage projection, answers
// questions about it, tells watchers what changed, and records the projection's digest at each
// day's end. Its snapshot is only a shortcut: without one it folds the log from the start.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/projection/projected.h"
#include "common/runtime/kept_follow.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/snapshot_file.h"
#include "services/aggregation/coverage.h"
#include "services/aggregation/day_digests.h"
#include "services/aggregation/questions.h"
#include "services/aggregation/snapshot.h"
#include "services/aggregation/watchers.h"

namespace doorstep::aggregation {

struct AggregationLimits {
  std::size_t batches_per_step_max{2};
  std::size_t questions_per_step_max{64};
  std::size_t answers_waiting_max{
      1'024};                       // for peers whose queue is full; beyond it answers are dropped
  std::size_t untold_days_max{64};  // folding waits until the log has taken these digests
  runtime::StateKeeper::Limits snapshots{};
  Milliseconds after_midnight{10'000};    // the county's clock: then the day before is over
  Milliseconds quiet_at_midnight{1'000};  // and for this long, really, nothing came
  Watchers::Limits watchers{};
};

struct AggregationPorts {
  Messages& log_cmd;
  Messages& log_feed;
  Messages& questions;
  SnapshotFile& snapshot;
  runtime::ReadNote
      read_note{};  // empty: what is read is not hashed and compared with what is signed
};

class AggregationService final : public Service {
 public:
  // Ports and metrics outlive the service.
  AggregationService(const AggregationPorts& ports, runtime::Metrics& metrics,
                     AggregationLimits limits);
  AggregationService(const AggregationPorts& ports, runtime::Metrics& metrics)
      : AggregationService{ports, metrics, AggregationLimits{}} {}

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override;

  [[nodiscard]] const Coverage& coverage() const { return folded_.state; }
  [[nodiscard]] Position position() const { return folded_.upto; }
  // Folded up to the log's head, as last heard, with every digest acknowledged.
  [[nodiscard]] bool settled() const;

 private:
  struct Counters {
    runtime::Counter questions, not_understood, dropped, watched;
    runtime::Counter unknown, digests, digests_confirmed, digests_differing;
    runtime::Gauge position, head, unmatched, households, watchers;
  };

  [[nodiscard]] std::optional<runtime::Progress> take_up(BytesView snapshot);
  [[nodiscard]] Result<Work> follow(Now now);
  [[nodiscard]] Outcome fold(std::span<const wire::Record> records);
  void compare(const ProjectionDigestRecorded& recorded);
  void end_day(Day day);
  void end_day_by_the_clock(Now now);
  void tell_digests(Now now);
  void told_digest(const DayDigest& digest,
                   const std::expected<wire::Appended, wire::Refused>& answer);
  [[nodiscard]] Work answer_questions(Now now);
  [[nodiscard]] Work answer_watchers(Now now);
  void say(PeerId peer, const wire::Answer& answer);
  [[nodiscard]] Work say_again();
  void keep_snapshot_when_due(Now now);
  void keep_snapshot(Now now);
  [[nodiscard]] AsOf as_of() const;
  [[nodiscard]] wire::Answer invalid(const std::string& why) const;  // to what is no question
  void show();

  struct Unsaid {
    PeerId peer{};
    Bytes bytes{};
  };

  Messages& questions_;
  AggregationLimits limits_{};
  Counters counters_;
  runtime::LogClient log_;
  runtime::LogFollower follower_;
  runtime::KeptFollow follow_;

  Projected<Coverage> folded_{};
  Instant recorded_at_{};  // of the event at folded_.upto
  DayDigests digests_{};
  std::optional<Day> telling_{};
  Milliseconds tell_again_at_{};
  Milliseconds last_folded_at_{};
  Milliseconds monotonic_{};

  Watchers watchers_;
  std::deque<Unsaid> unsaid_{};
  bool draining_{};
  std::optional<Error> stopped_by_{};
};

}  // namespace doorstep::aggregation
