// How true the numbers are right now: up to where they are counted, where the log is, and whether
// one of them has fallen silent or behind. Pure; times are monotonic.
#pragma once

#include <cstdint>
#include <optional>

#include "common/domain/clock_check.h"
#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/wire/board_protocol.h"

namespace doorstep::reporting {

enum class Condition : std::uint8_t {
  starting,  // no answer yet, or the projection has not reached the log's head once
  late,      // behind the log for longer than `behind_max`, or someone is silent
  fresh,
};

struct Counted {
  Position as_of{};
  Instant recorded_at{};
  Position head{};
  wire::Edition edition{};
};

class Freshness {
 public:
  struct Limits {
    Milliseconds silence_max{3'500};  // both are asked or speak each second
    Milliseconds behind_max{2'000};
  };

  Freshness() : Freshness{Limits{}} {}
  explicit Freshness(Limits limits) : limits_{limits} {}

  // What aggregation said with an answer. Another edition begins anew: its positions may be lower.
  void counted(const Counted& counted, Milliseconds at);
  // What the log itself said, when it last did.
  void heard_log(Position head, Milliseconds at);

  // What is wrong with the clock; nullopt: nothing. It makes no number late.
  void note_clock(std::optional<ClockProblem> problem) { clock_ = problem; }
  [[nodiscard]] const std::optional<ClockProblem>& clock() const { return clock_; }

  [[nodiscard]] Condition judge(Milliseconds now) const;
  // The latest answer, with the furthest head that anyone named.
  [[nodiscard]] const Counted& latest() const { return latest_; }

 private:
  void note_head(Position head, Milliseconds at);

  Limits limits_{};
  Counted latest_{};
  std::optional<ClockProblem> clock_{};
  std::optional<Milliseconds> answered_{};
  std::optional<Milliseconds> log_heard_{};
  // Since when a position beyond what is counted has been known to exist; nullopt: level.
  std::optional<Milliseconds> behind_since_{};
  Position behind_of_{};
  bool was_level_{};
};

}  // namespace doorstep::reporting
