// Which positions sealed files hold together. Pure.
#pragma once

#include <optional>
#include <vector>

#include "common/domain/ids.h"

namespace doorstep::cli {

struct SealedRange {
  Position first{};
  Position last{};
  bool operator==(const SealedRange&) const = default;
};

// The first positions after `after` and up to `upto` that none of them holds; nullopt: all are
// held.
[[nodiscard]] std::optional<SealedRange> first_hole(std::vector<SealedRange> ranges, Position after,
                                                    Position upto);

}  // namespace doorstep::cli
