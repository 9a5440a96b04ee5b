// A place in a log of which nothing but its size matters.
#pragma once

#include <bit>
#include <vector>

#include "common/runtime/cursor.h"

namespace doorstep::test {

inline runtime::Cursor cursor_at(Position position) {
  const std::uint64_t size = number(position);
  std::vector<Sha256> peaks(static_cast<std::size_t>(std::popcount(size)));
  for (std::size_t i = 0; i < peaks.size(); ++i) peaks[i].fill(static_cast<std::uint8_t>(i + 1));
  return {.log = {{9, 9}},
          .epoch = Epoch{3},
          .position = position,
          .tree = proof::MerkleTree::from_peaks(size, std::move(peaks))};
}

}  // namespace doorstep::test
