// Ed25519 signatures (RFC 8032) with a key pair as PKCS #8 in PEM. Errors are values. One thread
// for each key.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "common/domain/result.h"
#include "common/hash/sha256.h"

namespace doorstep {

using Ed25519Signature = std::array<std::uint8_t, 64>;
using Ed25519PublicKey = std::array<std::uint8_t, 32>;

// False also for bytes that are no public key.
[[nodiscard]] bool verify_ed25519(const Ed25519PublicKey& key, std::string_view text,
                                  const Ed25519Signature& signature);

class Ed25519Key {
 public:
  // invalid: not a private key in PEM, an encrypted one, or of another kind.
  [[nodiscard]] static Result<Ed25519Key> from_pem(std::string_view pem);
  // From its 32 secret bytes; for tests with fixed keys.
  [[nodiscard]] static Ed25519Key from_seed(std::span<const std::uint8_t, 32> seed);
  ~Ed25519Key();
  Ed25519Key(Ed25519Key&&) noexcept;
  Ed25519Key& operator=(Ed25519Key&&) noexcept;

  [[nodiscard]] Ed25519PublicKey public_key() const;
  // The same text always gives the same signature.
  [[nodiscard]] Ed25519Signature sign(std::string_view text) const;
  [[nodiscard]] bool verify(std::string_view text, const Ed25519Signature& signature) const;

 private:
  struct Pair;
  explicit Ed25519Key(std::unique_ptr<Pair> pair);
  std::unique_ptr<Pair> pair_;
};

}  // namespace doorstep
