#include "common/domain/clock_check.h"

#include <algorithm>

namespace doorstep {
namespace {

constexpr std::string_view remedy =
    ". If the clock is wrong, set it and start again. If it is right, records may bear a wrong "
    "time: look at them, and restore the log to before the first of them (docs/operations.md), or "
    "say --accept-clock at each start until the clock has reached it, to go on as it is";

std::string refusal_of_record(Instant last_record, Instant county) {
  return "the log's last record is of " + to_string(last_record) + ", and the clock says " +
         to_string(county) + ", " + duration_words(last_record - county) +
         " before it: each new record would be stamped like the last one until the clock is there" +
         std::string{remedy};
}

std::string refusal_of_step(Instant expected, Instant wall) {
  return "the clock says " + to_string(wall) +
         ", and by the time that this machine has run it is " + to_string(expected) +
         ": the clock was set ahead by " + duration_words(wall - expected) +
         ", and what is recorded now would keep the record ahead of the right time" +
         std::string{remedy};
}

std::string words_of_rest(Instant newest, Instant wall) {
  return "the log last ran at " + to_string(newest) + ", and the clock says " + to_string(wall) +
         ", " + duration_words(wall - newest) + " later";
}

ClockJudgement judge_same_boot(const StartClocks& clocks, const ClockLimits& limits) {
  const Instant expected = expected_at(clocks.machine, *clocks.known, clocks.last_record);
  const Milliseconds step = clocks.machine.wall - expected;
  if (step <= limits.said) return {};
  ClockJudgement judgement{.verdict = ClockVerdict::said, .words = {}, .stepped = step};
  if (step <= limits.refused) {
    judgement.words = words_of({ClockTrouble::clock_stepped_ahead, step}) +
                      " while the log did not run; it says " + to_string(clocks.machine.wall);
    return judgement;
  }
  judgement.verdict = ClockVerdict::refused;
  judgement.words = refusal_of_step(expected, clocks.machine.wall);
  return judgement;
}

// Nothing counts while a machine is off: only a long rest is worth a word.
ClockJudgement judge_rest(const StartClocks& clocks, const ClockLimits& limits) {
  if (!clocks.last_record && !clocks.known) return {};
  const Instant newest = std::max(clocks.last_record.value_or(Instant{}),
                                  clocks.known ? clocks.known->wall : Instant{});
  const Milliseconds rest = clocks.machine.wall - newest;
  if (rest <= limits.idle_said) return {};
  const std::string words = words_of_rest(newest, clocks.machine.wall);
  if (rest <= limits.idle_refused) return {ClockVerdict::said, words, {}};
  return {ClockVerdict::refused,
          words +
              ": that is so long that the clock may be wrong, and what is recorded now would "
              "keep the record ahead of the right time" +
              std::string{remedy},
          {}};
}

}  // namespace

std::string_view name_of(ClockTrouble trouble) {
  return trouble == ClockTrouble::record_ahead ? "recordAhead" : "clockSteppedAhead";
}

ClockLimits limits_at_speed(std::uint32_t speed) {
  ClockLimits limits{};
  limits.said *= speed;
  limits.refused *= speed;
  return limits;
}

Instant expected_at(const MachineTime& now, const MachineTime& before,
                    std::optional<Instant> last_record) {
  const Instant counted = before.wall + (now.since_boot - before.since_boot);
  return std::max(counted, last_record.value_or(counted));
}

ClockJudgement judge_start(const StartClocks& clocks, const ClockLimits& limits) {
  const Milliseconds ahead =
      clocks.last_record ? *clocks.last_record - clocks.county : Milliseconds{};
  if (ahead > limits.refused) {
    return {ClockVerdict::refused, refusal_of_record(*clocks.last_record, clocks.county), {}};
  }
  ClockJudgement judgement{};
  if (!clocks.is_simulated) {
    const bool is_same_boot = clocks.known && clocks.known->boot == clocks.machine.boot;
    judgement = is_same_boot ? judge_same_boot(clocks, limits) : judge_rest(clocks, limits);
  }
  if (judgement.verdict == ClockVerdict::refused || ahead <= limits.said) return judgement;
  judgement.verdict = ClockVerdict::said;
  judgement.words = words_of({ClockTrouble::record_ahead, ahead}) + ", which says " +
                    to_string(clocks.county) + "; until then each new record is stamped " +
                    to_string(*clocks.last_record);
  return judgement;
}

std::optional<ClockStep> ClockWatch::look(const MachineTime& now,
                                          std::optional<Instant> last_record) {
  // Not lower than the record: that is where a clock that is behind will be set to.
  MachineTime renewed = now;
  renewed.wall = std::max(now.wall, last_record.value_or(now.wall));
  if (!reference_ || reference_->boot != now.boot) {
    reference_ = std::move(renewed);
    return std::nullopt;
  }
  // The record as of then, not of now: what was stamped since may bear the step already.
  const Milliseconds by = now.wall - expected_at(now, *reference_, std::nullopt);
  if (by <= said_) {
    const bool is_behind = renewed.wall - now.wall > said_;  // what is right is known from before
    const bool is_old = now.since_boot - reference_->since_boot > compared_for;
    if (is_old && !is_behind) reference_ = std::move(renewed);
    return std::nullopt;
  }
  reference_ = std::move(renewed);
  step_ = ClockStep{by, now.since_boot};
  return step_;
}

std::optional<ClockStep> ClockWatch::step(Milliseconds since_boot) const {
  const bool is_news = step_ && since_boot - step_->since_boot <= said_for;
  return is_news ? step_ : std::nullopt;
}

std::optional<ClockProblem> problem_of(std::optional<Instant> last_record, Instant county,
                                       const std::optional<ClockStep>& step,
                                       const ClockLimits& limits) {
  if (last_record && *last_record - county > limits.said) {
    return ClockProblem{ClockTrouble::record_ahead, *last_record - county};
  }
  if (step) return ClockProblem{ClockTrouble::clock_stepped_ahead, step->by};
  return std::nullopt;
}

std::string words_of(const ClockProblem& problem) {
  if (problem.trouble == ClockTrouble::record_ahead) {
    return "the log's last record is " + duration_words(problem.by) + " ahead of the clock";
  }
  return "the clock was set ahead by " + duration_words(problem.by);
}

std::string duration_words(Milliseconds duration) {
  const std::int64_t seconds = duration.count() / 1'000;
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  const auto both = [](std::int64_t large, const char* of, std::int64_t small, const char* and_of) {
    return std::to_string(large) + of + (small > 0 ? " " + std::to_string(small) + and_of : "");
  };
  if (hours >= 24) return both(hours / 24, " d", hours % 24, " h");
  if (minutes >= 60) return both(hours, " h", minutes % 60, " min");
  return both(minutes, " min", seconds % 60, " s");
}

}  // namespace doorstep
