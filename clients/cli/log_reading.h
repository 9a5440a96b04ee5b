// Reads the log from a position on and hands over what matches, in order, with a limit on silence.
// The records of a batch are valid while it is handed over.
#pragma once

#include <functional>
#include <string>

#include "common/domain/result.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/loop.h"

namespace doorstep::cli {

struct LogReading {
  Position from_exclusive{};
  Position until{};  // 0: on and on
  wire::Filter filter{};
  bool requests{};  // as in LogFollower::Settings
  std::string consumer{"cli"};
  runtime::StopSignal* stop{};    // null: cannot be asked to stop
  Milliseconds patience{30'000};  // unavailable after so long without a word; 0: no limit
};

// `take` returns false to end early. Ends also when asked to stop or at `until`, and with an error
// where another log or epoch answers than the one that it began with. invalid: the log holds a
// record that cannot be decoded.
[[nodiscard]] Outcome read_log(const runtime::DataFolder& folder, const LogReading& reading,
                               const std::function<bool(const runtime::FeedBatch&)>& take);

}  // namespace doorstep::cli
