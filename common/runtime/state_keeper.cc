#include "common/runtime/state_keeper.h"

#include <chrono>
#include <utility>

#include "common/runtime/logging.h"

namespace doorstep::runtime {

namespace {

std::string text(Position position) { return std::to_string(number(position)); }

}  // namespace

StateKeeper::StateKeeper(SnapshotFile& file, Metrics& metrics, Names names, Limits limits)
    : file_{file},
      names_{std::move(names)},
      limits_{limits},
      snapshots_{
          metrics.counter("doorstep_" + names_.service + "_snapshots_total", "Snapshots kept")},
      failed_{metrics.counter("doorstep_" + names_.service + "_snapshots_failed_total",
                              "Snapshots that could not be kept")} {}

std::optional<Bytes> StateKeeper::read() const {
  auto bytes = file_.read();
  if (bytes) return *std::move(bytes);
  log_warning("the snapshot cannot be read, folding the log from the start: " +
              bytes.error().message);
  return std::nullopt;
}

void StateKeeper::begin_at(Position upto) {
  kept_ = upto;
  tried_ = upto;
  if (upto != Position{}) log_info("starting from the snapshot at position " + text(upto));
}

bool StateKeeper::is_due(Position upto, bool is_level, Now now) const {
  const std::uint64_t events = number(upto) - number(tried_);
  if (!is_level) return events >= limits_.events_behind;
  return events >= limits_.events || (events > 0 && tried_on_ != beijing_day(now.wall));
}

void StateKeeper::keep(Position upto, Now now, const std::function<Bytes()>& state) {
  tried_ = upto;
  tried_on_ = beijing_day(now.wall);
  const auto start = std::chrono::steady_clock::now();
  const Bytes bytes = state();
  const auto replaced = file_.replace(bytes);
  if (replaced) {
    const auto took =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
    log_info("kept a snapshot at position " + text(upto) + ": " +
             std::to_string(bytes.size() / 1024) + " KiB in " + std::to_string(took.count()) +
             " ms");
    kept_ = upto;
    snapshots_.add();
    return;
  }
  failed_.add();
  log_error("the snapshot cannot be kept: " + replaced.error().message);
}

Error StateKeeper::feed_ended(Position at, const wire::Refused& why) const {
  const std::string what =
      names_.service + ": the feed ended at position " + text(at) + ": " + why.message + ". ";
  if (why.code == wire::RefusalCode::cursor_below_floor) {
    return {ErrorCode::conflict,
            what + "The file " + names_.file +
                " in the data folder is missing, cannot be read by this version, or is older than "
                "the log's floor. Put a newer one there: without it this log cannot be folded, as "
                "its first events are gone"};
  }
  if (why.code == wire::RefusalCode::damaged) {
    return {ErrorCode::conflict,
            what + "The file " + names_.file + " is not the reason: leave it where it is"};
  }
  return {ErrorCode::conflict,
          what + "Nothing was folded anew: if this log is the right one, move the file " +
              names_.file + " out of the data folder and start " + names_.service +
              " again; it then folds the log from its start"};
}

}  // namespace doorstep::runtime
