#include "common/hash/sha256.h"

#include <openssl/evp.h>

#include "common/domain/assert.h"

namespace doorstep {

struct Hasher::Context {
  EVP_MD_CTX* evp{EVP_MD_CTX_new()};
  bool started{false};

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Hasher::Hasher() : context_{std::make_unique<Context>()} {
  DOORSTEP_ASSERT(context_->evp != nullptr);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::span<const std::byte> bytes) {
  // Fetched once: looking the algorithm up costs more than hashing a record.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (!context_->started) {
    DOORSTEP_ASSERT(EVP_DigestInit_ex2(context_->evp, algorithm, nullptr) == 1);
    context_->started = true;
  }
  DOORSTEP_ASSERT(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256 Hasher::finish() {
  if (!context_->started) add(std::span<const std::byte>{});
  Sha256 hash{};
  DOORSTEP_ASSERT(EVP_DigestFinal_ex(context_->evp, hash.data(), nullptr) == 1);
  context_->started = false;
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
