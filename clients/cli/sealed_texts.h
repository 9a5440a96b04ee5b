// The texts of this build that a sealed day carries: schema and formats. Its .cc is made from them
// when the build is configured.
#pragma once

#include <vector>

#include "clients/cli/sealed_day.h"

namespace doorstep::cli {

[[nodiscard]] std::vector<SealedText> sealed_texts();

}  // namespace doorstep::cli
