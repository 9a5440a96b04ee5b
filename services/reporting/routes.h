// What a request asks for, or what is wrong with it: method, path and query as docs/http-api.md
// lists them. Strict: an unknown parameter is refused, not ignored, and every refusal says what to
// write instead. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/event.h"
#include "common/json/problem.h"
#include "common/seam/http.h"
#include "common/wire/board_protocol.h"
#include "services/reporting/edition.h"

namespace doorstep::reporting {

inline constexpr std::size_t stream_areas_max = 64;

// A household's history, from the log itself.
struct AskHistory {
  HouseholdId household{};
  Position after{};
  std::uint32_t limit{};
};
struct OpenStream {
  std::vector<AreaCode> areas{};  // in order, each once
  std::optional<Seen> since{};    // what the client has seen
};
struct AskHealth {};
struct AskMetrics {};
// A file of the board, or its page.
struct AskFile {
  std::string path{};
};

using Asked = std::variant<wire::AskArea, wire::AskChildren, wire::AskHouseholds,
                           wire::AskHousehold, wire::AskTasks, wire::AskRounds, AskHistory,
                           OpenStream, AskHealth, AskMetrics, AskFile>;

// Which edition the request's cursor is of; empty: it has none.
[[nodiscard]] std::string edition_of_cursor(const HttpRequest& request);

// A HEAD comes as a GET.
[[nodiscard]] std::variant<Asked, json::Problem> route(const HttpRequest& request);

}  // namespace doorstep::reporting
