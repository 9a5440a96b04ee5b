// Person counts as events and requests give them: six whole numbers, all of them written out.
#pragma once

#include <optional>

#include "common/domain/event.h"
#include "common/json/reader.h"

namespace doorstep::json {

// Reads the object `persons` and checks what holds for every household: each count within
// persons_max, and not more unverified than usual residents. nullopt with problems, or where it is
// optional and missing.
[[nodiscard]] std::optional<PersonCounts> read_persons(ObjectReader& from, Need need);

}  // namespace doorstep::json
