// One number for all that a coverage projection says: SHA-256 over its name, version and rows in id
// order. Two folds of the same events give the same digest on every machine. Byte by byte:
// docs/formats/digest.md.
#pragma once

#include "common/hash/sha256.h"
#include "services/aggregation/coverage.h"

namespace doorstep::aggregation {

[[nodiscard]] Sha256 digest(const Coverage& coverage);

}  // namespace doorstep::aggregation
