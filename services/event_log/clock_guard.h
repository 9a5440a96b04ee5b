// Keeps records from bearing a time that cannot be right: compares the clock with the last record
// and with what the machine counts, before anything is stamped. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/domain/clock_check.h"
#include "common/domain/result.h"
#include "common/runtime/clock_file.h"
#include "common/runtime/service.h"
#include "common/seam/clock.h"
#include "services/event_log/command_service.h"

namespace doorstep::event_log {

class ClockGuard {
 public:
  static constexpr Milliseconds keep_every{1'000};

  struct Settings {
    std::optional<runtime::ClockNote> known{};  // when the log last ran
    bool is_simulated{};
    bool accept{};  // an operator has looked at the clock, and means it
    ClockLimits limits{};
  };
  struct Outside {
    const Clock& county;
    const MachineClock& machine;
    std::function<void(const runtime::ClockNote&)> keep;
    std::function<void(const std::string&)> say;  // to the operator
  };

  ClockGuard(Outside outside, Settings settings);

  // nullopt: the log is empty. conflict: the log must not start; with words for the operator.
  [[nodiscard]] Outcome start(std::optional<Instant> last_record);
  // Before records are stamped with `now`. conflict: they must not be.
  [[nodiscard]] Outcome look(std::optional<Instant> last_record, Instant now);
  [[nodiscard]] bool has_refused() const { return has_refused_; }

 private:
  [[nodiscard]] Outcome refuse(std::string words);
  void tell(const std::optional<ClockProblem>& problem);

  Outside outside_;
  Settings settings_;
  ClockWatch watch_{};
  std::optional<ClockProblem> told_{};  // that the record is ahead, as of the last look
  std::optional<Milliseconds> kept_at_{};
  bool has_refused_{};
};

// The log's commands, each step after a look at the clock.
class GuardedCommands final : public Service {
 public:
  GuardedCommands(CommandService& commands, ClockGuard& guard)
      : commands_{commands}, guard_{guard} {}

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { commands_.drain(); }
  [[nodiscard]] bool drained() const override { return commands_.drained(); }

 private:
  CommandService& commands_;
  ClockGuard& guard_;
};

}  // namespace doorstep::event_log
