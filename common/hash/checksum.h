// XXH3 with 128 bits: tells apart what differs by accident, many times faster than SHA-256. It
// proves nothing: whoever wants to can make two inputs that have the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "common/hash/hash_input.h"

namespace doorstep {

// One state, reused. One thread.
class Checksum : public HashInput<Checksum> {
 public:
  using Value = std::array<std::uint8_t, 16>;  // its canonical form: big-endian

  Checksum();
  ~Checksum();
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;

  using HashInput<Checksum>::add;
  Checksum& add(std::span<const std::byte> bytes);
  // Of what was added, and a fresh start.
  [[nodiscard]] Value finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doorstep
