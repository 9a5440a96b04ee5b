// A moment as HTTP writes it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT". Pure.
#pragma once

#include <chrono>
#include <string>

namespace doorstep::web {

[[nodiscard]] std::string http_date(std::chrono::sys_seconds at);

}  // namespace doorstep::web
