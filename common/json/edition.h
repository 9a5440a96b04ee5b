// Which history a position is of, as text: positions of another log, or of another epoch of it,
// have nothing to do with it. Pure.
#pragma once

#include <string>

#include "common/wire/board_protocol.h"

namespace doorstep::json {

// The log and its epoch, of letters, digits and "-". Empty: not known.
[[nodiscard]] std::string history_text(const wire::Edition& edition);

}  // namespace doorstep::json
