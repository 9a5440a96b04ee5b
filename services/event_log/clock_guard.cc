#include "services/event_log/clock_guard.h"

#include <utility>

namespace doorstep::event_log {

ClockGuard::ClockGuard(Outside outside, Settings settings)
    : outside_{std::move(outside)}, settings_{std::move(settings)} {}

Outcome ClockGuard::start(std::optional<Instant> last_record) {
  const MachineTime machine = outside_.machine.look();
  const bool is_known = settings_.known.has_value();
  const ClockJudgement judgement =
      judge_start({.last_record = last_record,
                   .county = outside_.county.now(),
                   .machine = machine,
                   .known = is_known ? std::optional{settings_.known->time} : std::nullopt,
                   .is_simulated = settings_.is_simulated},
                  settings_.limits);
  if (judgement.verdict == ClockVerdict::refused && !settings_.accept) {
    return refuse(judgement.words);
  }
  if (judgement.verdict != ClockVerdict::fine) {
    outside_.say((settings_.accept ? "accepted as told: " : "look at the clock: ") +
                 judgement.words);
  }
  const bool is_same_boot = is_known && settings_.known->time.boot == machine.boot;
  std::optional<ClockStep> step = is_same_boot ? settings_.known->step : std::nullopt;
  if (judgement.stepped) step = ClockStep{*judgement.stepped, machine.since_boot};
  if (settings_.accept) step.reset();
  // A clock that is behind is compared with what it was before it fell back.
  std::optional<MachineTime> reference;
  if (is_same_boot && !judgement.stepped) {
    reference = machine;
    reference->wall = expected_at(machine, settings_.known->time, last_record);
  }
  watch_ = ClockWatch{step, settings_.limits.said, std::move(reference)};
  told_ = problem_of(last_record, outside_.county.now(), std::nullopt, settings_.limits);
  return look(last_record, outside_.county.now());
}

Outcome ClockGuard::look(std::optional<Instant> last_record, Instant now) {
  const MachineTime machine = outside_.machine.look();
  if (!settings_.is_simulated) {
    if (const auto step = watch_.look(machine, last_record)) {
      const ClockProblem problem{ClockTrouble::clock_stepped_ahead, step->by};
      const std::string words =
          words_of(problem) + " while the log ran; it says " + to_string(machine.wall);
      if (step->by > settings_.limits.refused) {
        return refuse(words +
                      ". Nothing was recorded with that time. If the clock is wrong, set it and "
                      "start again; if it is right now, say --accept-clock");
      }
      outside_.say(words + ". If it is wrong, set it back now, before much is recorded with it");
    }
  }
  tell(problem_of(last_record, now, std::nullopt, settings_.limits));
  if (!kept_at_ || machine.since_boot - *kept_at_ >= keep_every) {
    kept_at_ = machine.since_boot;
    // Behind its record the clock is wrong: the next start needs to know what it was before.
    const bool is_behind = told_ && watch_.reference();
    outside_.keep({is_behind ? *watch_.reference() : machine, watch_.step(machine.since_boot)});
  }
  return {};
}

Outcome ClockGuard::refuse(std::string words) {
  has_refused_ = true;
  return failure(ErrorCode::conflict, std::move(words));
}

// Once, and when it changes by more than the clock does by itself.
void ClockGuard::tell(const std::optional<ClockProblem>& problem) {
  if (problem && (!told_ || problem->by > told_->by + settings_.limits.said)) {
    outside_.say(words_of(*problem) + ": new records are stamped like the last one until then");
  } else if (!problem && told_) {
    outside_.say(
        "the clock has reached the log's last record: records bear the clock's time again");
  }
  told_ = problem;
}

Result<Work> GuardedCommands::step(Now now) {
  if (auto fine = guard_.look(commands_.last_recorded(), now.wall); !fine) {
    return std::unexpected(fine.error());
  }
  return commands_.step(now);
}

}  // namespace doorstep::event_log
