#include "common/hash/sha256.h"

// A node of the tree is hashed in 75 ns, a leaf in 210: EVP's way to the same function costs 40 to
// 50 more, most of it for a context. OpenSSL calls these functions old, and keeps them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "common/domain/assert.h"

namespace doorstep {

struct Hasher::Context {
  SHA256_CTX sha;
};

Hasher::Hasher() : context_{std::make_unique<Context>()} {
  DOORSTEP_ASSERT(SHA256_Init(&context_->sha) == 1);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::span<const std::byte> bytes) {
  DOORSTEP_ASSERT(SHA256_Update(&context_->sha, bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256 Hasher::finish() {
  Sha256 hash{};
  DOORSTEP_ASSERT(SHA256_Final(hash.data(), &context_->sha) == 1);
  DOORSTEP_ASSERT(SHA256_Init(&context_->sha) == 1);
  return hash;
}

std::string to_hex(const Sha256& hash) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

Uuid derived_id(Instant at, std::string_view rule, Uuid cause, std::uint64_t ordinal) {
  Hasher hasher;
  const Sha256 hash = hasher.add("doorstep derived id").add(rule).add(cause).add(ordinal).finish();
  Uuid id = uuid_from_bytes(std::span{hash}.first<16>());
  id.high = (static_cast<std::uint64_t>(at.unix_ms) << 16) | (id.high & 0xffff);
  return with_version(id, 7);
}

Uuid named_id(std::string_view kind, std::string_view name) {
  Hasher hasher;
  hasher.add("doorstep named id").add(std::uint64_t{kind.size()}).add(kind).add(name);
  const Sha256 hash = hasher.finish();
  return with_version(uuid_from_bytes(std::span{hash}.first<16>()), 8);
}

}  // namespace doorstep
