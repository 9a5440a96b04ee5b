// What libFuzzer gives, as the parsers want it: in memory of exactly its size, 8-aligned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "common/seam/messages.h"

namespace doorstep::fuzz {

// Sizes that are multiples of 8 end where the memory ends, so that the sanitizer sees each byte
// read too many.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : words_((size + 7) / 8), size_{size} {
    if (size > 0) std::memcpy(words_.data(), data, size);
  }
  [[nodiscard]] BytesView bytes() const {
    return BytesView{reinterpret_cast<const std::byte*>(words_.data()), size_};
  }
  [[nodiscard]] std::string_view text() const {
    return {reinterpret_cast<const char*>(words_.data()), size_};
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_{};
};

// What holds for every input is checked here: a trap is a finding.
inline void must(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace doorstep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
