// Keeps a service's folded state in its snapshot file: says when that is due, writes it, and knows
// up to where it is on disk. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/snapshot_file.h"
#include "common/wire/log_protocol.h"

namespace doorstep::runtime {

class StateKeeper {
 public:
  struct Limits {
    std::uint64_t events{1'000'000};         // since the last one, while level with the log
    std::uint64_t events_behind{4'000'000};  // while catching up
  };
  struct Names {
    std::string service{};  // "aggregation"
    std::string file{};     // "snapshots/coverage": what an operator looks for
  };

  // `file` and `metrics` must outlive it.
  StateKeeper(SnapshotFile& file, Metrics& metrics, Names names, Limits limits);

  // nullopt: there is none, or none that can be read, which is logged.
  [[nodiscard]] std::optional<Bytes> read() const;
  // What was read: a state up to `upto`, or nothing that this program understands (0).
  void begin_at(Position upto);

  // So many events after the last one; and while level with the log at the first chance of each
  // life and of each day of the county, so that old days can be dropped also where little happens.
  [[nodiscard]] bool is_due(Position upto, bool is_level, Now now) const;
  // A failure is logged and counted, and the next try is as many events away: a full disk is not
  // asked in every step.
  void keep(Position upto, Now now, const std::function<Bytes()>& state);
  // Kept or tried.
  [[nodiscard]] bool is_done(Position upto) const { return tried_ == upto; }
  // Up to where the state is on disk.
  [[nodiscard]] Position kept() const { return kept_; }

  // For an operator, when the log ended the feed at `at`: nothing is folded anew in silence.
  [[nodiscard]] Error feed_ended(Position at, const wire::Refused& why) const;

 private:
  SnapshotFile& file_;
  Names names_;
  Limits limits_{};
  Counter snapshots_;
  Counter failed_;
  Position kept_{};
  Position tried_{};
  std::optional<Day> tried_on_{};  // in this life
};

}  // namespace doorstep::runtime
