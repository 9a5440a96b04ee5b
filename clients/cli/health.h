// Whether each of the five answers, asked as any client would ask.
#pragma once

#include <string>
#include <vector>

#include "common/domain/result.h"
#include "common/runtime/data_folder.h"
#include "common/wire/log_protocol.h"

namespace doorstep::cli {

struct ServiceName {
  std::string_view name;     // as in status and run/NAME.pid
  std::string_view program;  // beside doorstep
};
// In the order in which they are started; they are stopped the other way round, intake first.
inline constexpr ServiceName services[] = {
    {"event-log", "doorstep-event-log"},   {"aggregation", "doorstep-aggregation"},
    {"assignment", "doorstep-assignment"}, {"intake", "doorstep-intake"},
    {"reporting", "doorstep-reporting"},
};

// The ports that a service listens on; assignment has none.
[[nodiscard]] std::vector<std::uint16_t> ports_of(const runtime::Endpoints& endpoints,
                                                  std::string_view service);

// Each waits for an answer, at most `patience`; unavailable: there was none.
[[nodiscard]] Result<wire::Described> describe_log(const runtime::DataFolder& folder,
                                                   Milliseconds patience);
[[nodiscard]] Result<Position> position_of_aggregation(const runtime::DataFolder& folder,
                                                       Milliseconds patience);
[[nodiscard]] Outcome ask_healthz(std::uint16_t port, Milliseconds patience);
// The one of these that fits the service; assignment, which nobody asks, is taken at its life.
[[nodiscard]] Outcome is_healthy(const runtime::DataFolder& folder, std::string_view service,
                                 Milliseconds patience);

// False: somebody else listens there.
[[nodiscard]] bool is_free(std::uint16_t port);

}  // namespace doorstep::cli
