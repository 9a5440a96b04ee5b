// Intake's answers over HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "common/domain/clock_check.h"
#include "common/json/problem.h"
#include "common/seam/http.h"
#include "common/wire/board_protocol.h"
#include "common/wire/log_protocol.h"
#include "services/intake/import_report.h"
#include "services/intake/import_run.h"
#include "services/intake/refusal.h"

namespace doorstep::intake {

inline constexpr const char* retry_after_seconds = "1";

// {"id":…,"position":…,"duplicate":…}; the position is that of the last event that the request
// recorded.
[[nodiscard]] HttpResponse recorded(EventId id, Position position, bool duplicate);
[[nodiscard]] HttpResponse answer_of(const json::Problem& problem);
[[nodiscard]] HttpResponse answer_of(const Refusal& refusal);
// What the log said instead of an acknowledgement.
[[nodiscard]] HttpResponse answer_of(const wire::Refused& refused);
[[nodiscard]] HttpResponse answer_of(const ImportReport& report);
// 202: an import that is fetched later; where it can be, and how far it is. Null: it waits.
[[nodiscard]] HttpResponse under_way(Uuid import, const ImportRun* run);
// 409: the id was used for something else.
[[nodiscard]] HttpResponse id_used_otherwise();
// To who wants to retract a visit of a day that the log has dropped.
[[nodiscard]] HttpResponse visit_is_gone();
[[nodiscard]] HttpResponse starting(Position position, Position head);
[[nodiscard]] HttpResponse health(std::string status, Position position, Position head,
                                  const wire::Edition& edition,
                                  const std::optional<ClockProblem>& clock);

}  // namespace doorstep::intake
