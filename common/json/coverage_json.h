// What the board, the command line and other systems read about places, households and tasks,
// exactly as docs/http-api.md has it. Pure: values in, JSON out.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "common/domain/tally.h"
#include "common/json/problem.h"
#include "common/json/writer.h"
#include "common/wire/board_protocol.h"

namespace doorstep::json {

// Up to where an answer is true, and where the log is.
struct AsOf {
  Position position{};
  Instant recorded_at{};
  Position head{};
  std::string edition{};  // that these positions are of; empty: not said
};
[[nodiscard]] inline AsOf as_of(const wire::Answer& answer) {
  return {answer.as_of, answer.recorded_at, answer.head, {}};
}

// An ancestor of an area, for its path; the county first.
struct AreaName {
  AreaCode code{};
  std::string name{};
};

void write_coverage(Writer& to, AreaCode area, RoundId round, const Tally& tally,
                    const AsOf& as_of);
[[nodiscard]] std::string coverage_json(const wire::AreaView& area, const AsOf& as_of);

void write_area(Writer& to, const wire::AreaView& area, std::span<const AreaName> path,
                const AsOf& as_of);
void write_household(Writer& to, const wire::HouseholdView& household);
// `waiting_for`: why an open task could be given to nobody, where that is so.
void write_task(Writer& to, const Task& task, const std::optional<Words>& waiting_for);
void write_round(Writer& to, const wire::RoundView& view, bool is_current);

}  // namespace doorstep::json
