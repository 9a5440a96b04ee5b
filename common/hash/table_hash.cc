#include "common/hash/table_hash.h"

namespace doorstep {
namespace {

__extension__ using Product = unsigned __int128;

// The first digits of pi, in hexadecimal.
constinit std::array<std::uint64_t, 2> secret_now{0x243f6a8885a308d3, 0x13198a2e03707344};

}  // namespace

void hash_tables_with(const std::array<std::uint64_t, 2>& secret) { secret_now = secret; }

// Both halves of a product of the two halves of the id, each under its part of the secret.
std::size_t table_hash(Uuid id, std::uint64_t kind) {
  const Product product = Product{id.high ^ secret_now[0]} * ((id.low + kind) ^ secret_now[1]);
  return static_cast<std::size_t>(product >> 64) ^ static_cast<std::size_t>(product);
}

}  // namespace doorstep
