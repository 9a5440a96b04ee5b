#include "common/runtime/key_pair.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace doorstep::runtime {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using RawKey = std::array<std::uint8_t, 32>;

Key make_key(const char* kind) { return Key{EVP_PKEY_Q_keygen(nullptr, nullptr, kind)}; }

// ZeroMQ RFC 32: four bytes, big-endian, as five digits of base 85.
std::string z85(const RawKey& bytes) {
  static constexpr std::string_view digits =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    std::uint32_t value{};
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[at + i];
    std::array<char, 5> five{};
    for (std::size_t i = 5; i-- > 0; value /= 85) five[i] = digits[value % 85];
    text.append(five.data(), five.size());
  }
  return text;
}

}  // namespace

Result<KeyPair> make_curve_key_pair() {
  const Key key = make_key("X25519");
  RawKey public_bytes{};
  RawKey secret_bytes{};
  std::size_t public_size = public_bytes.size();
  std::size_t secret_size = secret_bytes.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), public_bytes.data(), &public_size) != 1 ||
      EVP_PKEY_get_raw_private_key(key.get(), secret_bytes.data(), &secret_size) != 1) {
    return failure(ErrorCode::io, "make a CURVE key pair: OpenSSL gave none");
  }
  return KeyPair{z85(public_bytes), z85(secret_bytes)};
}

Result<std::string> make_signing_key() {
  const Key key = make_key("ED25519");
  const std::unique_ptr<BIO, Free> bio{BIO_new(BIO_s_mem())};
  char* text{};
  if (!key || !bio ||
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failure(ErrorCode::io, "make a signing key: OpenSSL gave none");
  }
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string{text, static_cast<std::size_t>(size)};
}

}  // namespace doorstep::runtime
