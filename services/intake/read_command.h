// A request's JSON as a command, strictly: everything that is wrong with its fields at once.
#pragma once

#include <expected>
#include <string_view>

#include "common/json/problem.h"
#include "services/intake/commands.h"
#include "services/intake/routes.h"

namespace doorstep::intake {

[[nodiscard]] std::expected<Command, json::Problem> read_command(const WriteRoute& route,
                                                                 std::string_view body);

}  // namespace doorstep::intake
