// Days and times as spreadsheets write them into lists. Pure.
#pragma once

#include <expected>
#include <string_view>

#include "common/domain/field_problem.h"
#include "common/domain/instant.h"

namespace doorstep::intake {

// 2026-11-01, 2026/11/1, 2026.11.1, 2026年11月1日星期日, 20261101, 1-Nov-2026, each with or without
// a time of the day (8:05, 08:05:00, 上午8:05, 8:05 PM, 8时5分); RFC 3339 with its offset;
// 13/11/2026, whose parts can mean one day only. A day stands for its start. Without an offset it
// is Beijing time. `text` is trimmed and in its normal form; the words say what cannot be taken,
// and what to write.
[[nodiscard]] std::expected<Instant, Words> time_in_list(std::string_view text);

}  // namespace doorstep::intake
