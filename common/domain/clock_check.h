// Whether the wall clock can be believed: beside the log's last record, and beside the clock that
// counts since the machine was started, which nobody sets. Pure: what the clocks say is an
// argument.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/domain/instant.h"

namespace doorstep {

enum class ClockTrouble : std::uint8_t {
  record_ahead,         // the last record is after now: new ones are stamped like it
  clock_stepped_ahead,  // the clock was set ahead; if wrongly, the record will be ahead of it
};
// As JSON says it.
[[nodiscard]] std::string_view name_of(ClockTrouble trouble);

struct ClockProblem {
  ClockTrouble trouble{};
  Milliseconds by{};

  bool operator==(const ClockProblem&) const = default;
};

// Both clocks of this machine at one moment.
struct MachineTime {
  std::string boot{};         // which start of the machine
  Milliseconds since_boot{};  // sleep included; comparable within one boot only
  Instant wall{};             // as it is set, never simulated
};

// From where on a difference is said, and from where on it is refused.
struct ClockLimits {
  Milliseconds said{60'000};
  Milliseconds refused{86'400'000};
  Milliseconds idle_said{86'400'000};            // without a record, across a start of the machine
  Milliseconds idle_refused{31 * 86'400'000LL};  // a county that rests over New Year is not asked
};
// Where the county's clock runs `speed` times as fast, its differences are as many times larger.
[[nodiscard]] ClockLimits limits_at_speed(std::uint32_t speed);
// What the clock has reached by right, in one boot: by what the machine counted since `before`, and
// by what is recorded. A clock that fell back and is set right comes up to that and no further.
[[nodiscard]] Instant expected_at(const MachineTime& now, const MachineTime& before,
                                  std::optional<Instant> last_record);

struct StartClocks {
  std::optional<Instant> last_record{};  // nullopt: the log is empty
  Instant county{};                      // the clock that stamps records
  MachineTime machine{};
  std::optional<MachineTime> known{};  // when this log last ran
  bool is_simulated{};  // then time goes on while nothing runs: only the record counts
};
enum class ClockVerdict : std::uint8_t { fine, said, refused };
struct ClockJudgement {
  ClockVerdict verdict{};
  std::string words{};                    // empty where it is fine
  std::optional<Milliseconds> stepped{};  // since the log last ran, by more than is borne
};
// At the start of the log.
[[nodiscard]] ClockJudgement judge_start(const StartClocks& clocks, const ClockLimits& limits);

// A step forward, and when it was seen.
struct ClockStep {
  Milliseconds by{};
  Milliseconds since_boot{};
};

// While a process runs: compares the clocks at each look. A clock that is drawn slowly to the right
// time, or set back and ahead again, has not stepped; the record says for how long it was behind.
class ClockWatch {
 public:
  static constexpr Milliseconds compared_for{3'600'000};  // slower is no step
  static constexpr Milliseconds said_for{3'600'000};      // so long a step is a problem

  // `reference`: what the clocks said before, where it is believed.
  explicit ClockWatch(std::optional<ClockStep> step = {}, Milliseconds said = ClockLimits{}.said,
                      std::optional<MachineTime> reference = {})
      : reference_{std::move(reference)}, step_{step}, said_{said} {}

  // A step that was just seen.
  std::optional<ClockStep> look(const MachineTime& now, std::optional<Instant> last_record);
  // The newest one, as long as it is worth saying.
  [[nodiscard]] std::optional<ClockStep> step(Milliseconds since_boot) const;
  // What the clock is compared with. nullopt: nobody has looked.
  [[nodiscard]] const std::optional<MachineTime>& reference() const { return reference_; }

 private:
  std::optional<MachineTime> reference_{};
  std::optional<ClockStep> step_{};
  Milliseconds said_{};
};

// What is wrong now, the worse first. `step` as the watch gave it.
[[nodiscard]] std::optional<ClockProblem> problem_of(std::optional<Instant> last_record,
                                                     Instant county,
                                                     const std::optional<ClockStep>& step,
                                                     const ClockLimits& limits);
// "the record is ahead of the clock by 2 h 5 min", for people.
[[nodiscard]] std::string words_of(const ClockProblem& problem);
// "3 d 4 h".
[[nodiscard]] std::string duration_words(Milliseconds duration);

}  // namespace doorstep
