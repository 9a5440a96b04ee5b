// What every decision checks in the same way.
#pragma once

#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/field_problem.h"
#include "services/intake/known.h"

namespace doorstep::intake {

// Doorstep has no facts from before; an earlier time is a clock that was never set.
inline constexpr Instant earliest{1'577'808'000'000};  // 2020-01-01T00:00+08:00
// A device's clock may be ahead of ours by this much, or behind.
inline constexpr Milliseconds skew_max{24 * 3'600'000};

class Checks {
 public:
  Checks(const Known& known, Instant now) : known_{known}, now_{now} {}

  void add(std::string pointer, std::string code, Words detail) {
    problems_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }
  // A UUIDv7 (RFC 9562), as clients make them.
  void own_id(EventId id);
  // Between 2020 and a day from now.
  void time(const std::string& pointer, Instant at);
  void worker(const std::string& pointer, WorkerId id);
  // Defined, and at `highest` or below.
  void area(const std::string& pointer, AreaCode code, AreaLevel highest);
  // Each person is counted in one place at most.
  void persons(const PersonCounts& persons);

  [[nodiscard]] bool passed() const { return problems_.empty(); }
  [[nodiscard]] std::vector<FieldProblem> take() { return std::move(problems_); }

 private:
  const Known& known_;
  Instant now_{};
  std::vector<FieldProblem> problems_{};
};

}  // namespace doorstep::intake
