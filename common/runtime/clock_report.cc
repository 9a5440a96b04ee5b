#include "common/runtime/clock_report.h"

namespace doorstep::runtime {
namespace {

constexpr Milliseconds look_every{1'000};

}  // namespace

ClockReport ClockReport::of(const DataFolder& folder, const MachineClock& machine) {
  if (const auto simulated = folder.simulated_clock()) {
    return {nullptr, std::nullopt, limits_at_speed(simulated->speed)};
  }
  const auto note = read_clock_note(folder.clock_note_file());
  const bool is_of_this_boot = note && *note && (*note)->time.boot == machine.look().boot;
  return {&machine, is_of_this_boot ? *note : std::nullopt, ClockLimits{}};
}

void ClockReport::look(Now now, Instant last_record) {
  if (machine_ == nullptr || (looked_at_ && now.monotonic - *looked_at_ < look_every)) return;
  looked_at_ = now.monotonic;
  const MachineTime time = machine_->look();
  watch_.look(time, last_record);
  step_ = watch_.step(time.since_boot);
}

std::optional<ClockProblem> ClockReport::problem(Instant last_record, Instant now) const {
  return problem_of(last_record, now, step_, limits_);
}

}  // namespace doorstep::runtime
