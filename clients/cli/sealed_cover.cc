#include "clients/cli/sealed_cover.h"

#include <algorithm>

namespace doorstep::cli {

std::optional<SealedRange> first_hole(std::vector<SealedRange> ranges, Position after,
                                      Position upto) {
  std::ranges::sort(ranges, {}, &SealedRange::first);
  Position held = after;
  for (const SealedRange& range : ranges) {
    if (held >= upto) break;
    if (range.first > next(held)) {
      return SealedRange{next(held), std::min(upto, Position{number(range.first) - 1})};
    }
    held = std::max(held, range.last);
  }
  if (held >= upto) return std::nullopt;
  return SealedRange{next(held), upto};
}

}  // namespace doorstep::cli
