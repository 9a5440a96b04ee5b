// Chance from the operating system (getrandom). One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/seam/random.h"

namespace doorstep::runtime {

class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 32> pool_{};
  std::size_t left_{};
};

// Gives the tables of this process a secret of their own (common/domain/table_hash.h): before the
// first one is made.
void draw_table_secret();

}  // namespace doorstep::runtime
