// What a phone or an office computer sends to intake for an action of the day. Pure.
#pragma once

#include <string>

#include "clients/cli/field_day.h"

namespace doorstep::cli {

struct FieldRequest {
  std::string path{};  // of a POST
  std::string body{};
};

// `now`: the county's clock as it is sent. A phone states its own clock's times, and its own time
// of sending, so that intake can measure how far off it is.
[[nodiscard]] FieldRequest request_of(const FieldAction& action, Instant now);

}  // namespace doorstep::cli
