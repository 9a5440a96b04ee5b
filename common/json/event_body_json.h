// Reads the body of an event as its type says. Only for the .cc files of this folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/json/reader.h"

namespace doorstep::json {

using Texts = std::vector<std::unique_ptr<std::string>>;

// What does not fit is reported through `from`; the body is then incomplete. Text is kept in
// `texts`.
[[nodiscard]] Body read_body(EventType type, EventId id, ObjectReader& from, Texts& texts);

}  // namespace doorstep::json
