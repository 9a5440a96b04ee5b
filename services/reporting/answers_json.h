// Aggregation's answers as the bodies of docs/http-api.md, and its refusals as problems in words.
// Pure.
#pragma once

#include <expected>
#include <string>

#include "common/json/problem.h"
#include "common/wire/board_protocol.h"
#include "services/reporting/area_names.h"
#include "services/reporting/history_reader.h"
#include "services/reporting/routes.h"

namespace doorstep::reporting {

// `names` knows what is above the areas of the answer. Pre-condition: `asked` is a question to
// aggregation. A demonstration is marked where rounds are listed.
[[nodiscard]] std::expected<std::string, json::Problem> body_of(const Asked& asked,
                                                                const wire::Answer& answer,
                                                                const AreaNames& names,
                                                                bool is_demonstration);

// One area, as in an answer and in a frame of the stream.
[[nodiscard]] std::string area_json(const wire::AreaView& area, const AreaNames& names,
                                    const json::AsOf& as_of);

// A page of a household's history.
[[nodiscard]] std::string history_json(HouseholdId household, const std::string& edition,
                                       const History& history);

// 410: a page's cursor is of another edition than the answer would be.
[[nodiscard]] json::Problem cursor_outdated();
// There was no answer.
[[nodiscard]] json::Problem no_answer(ErrorCode why);

}  // namespace doorstep::reporting
