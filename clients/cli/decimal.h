// Numbers on the command line are decimal and exact; CLI11 by itself would take 010 for eight.
#pragma once

#include <cstdint>
#include <string>

#include "common/proof/note.h"

namespace doorstep::cli {

// For `check` of an option that holds a position or a size: from `least` on, else a sentence.
[[nodiscard]] inline auto decimal_from(std::uint64_t least) {
  return [least](const std::string& text) -> std::string {
    const auto value = proof::parse_number(text);
    if (value && *value >= least) return {};
    return "\"" + text + "\" is no number: say a decimal number from " + std::to_string(least) +
           " on, without leading zeros";
  };
}

}  // namespace doorstep::cli
