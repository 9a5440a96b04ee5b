// What any hash is fed with, in terms of bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/domain/ids.h"

namespace doorstep {

// Self: has add(std::span<const std::byte>), and says `using HashInput<Self>::add`.
template <class Self>
class HashInput {
 public:
  Self& add(std::string_view text) {
    return self().add(std::as_bytes(std::span{text.data(), text.size()}));
  }
  // Big-endian, eight bytes.
  Self& add(std::uint64_t number) {
    std::array<std::uint8_t, 8> bytes{};
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    return self().add(std::as_bytes(std::span{bytes}));
  }
  Self& add(Uuid uuid) { return add(uuid.high).add(uuid.low); }

 private:
  HashInput() = default;
  friend Self;
  Self& self() { return static_cast<Self&>(*this); }
};

}  // namespace doorstep
