// The hash of an id in tables. Ids come from whoever appends: with a secret that a process draws
// when it starts, nobody can choose ids that all fall onto one place. Nothing that is stored or
// served depends on it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace doorstep {

// Before the first table is made, and never again. Without it the secret is a known one: as tests
// have it.
void hash_tables_with(const std::array<std::uint64_t, 2>& secret);

namespace detail {
// The first digits of pi, in hexadecimal.
inline constinit std::array<std::uint64_t, 2> table_secret{0x243f6a8885a308d3, 0x13198a2e03707344};
}  // namespace detail

// Both halves of a product of the two halves of the id, each under its part of the secret. All bits
// are good. `kind` tells apart what shares an id. Any thread.
[[nodiscard]] inline std::size_t table_hash(std::uint64_t high, std::uint64_t low,
                                            std::uint64_t kind = 0) {
  __extension__ using Product = unsigned __int128;
  const Product product =
      Product{high ^ detail::table_secret[0]} * ((low + kind) ^ detail::table_secret[1]);
  return static_cast<std::size_t>(product >> 64) ^ static_cast<std::size_t>(product);
}

}  // namespace doorstep
