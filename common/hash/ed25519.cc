#include "common/hash/ed25519.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "common/domain/assert.h"

namespace doorstep {
namespace {

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

bool verify(EVP_PKEY* key, std::string_view text, const Ed25519Signature& signature) {
  const Context context{EVP_MD_CTX_new()};
  DOORSTEP_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), raw(text),
                          text.size()) == 1;
}

}  // namespace

struct Ed25519Key::Pair {
  EVP_PKEY* key{};

  explicit Pair(EVP_PKEY* taken) : key{taken} {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { EVP_PKEY_free(key); }
};

Ed25519Key::Ed25519Key(std::unique_ptr<Pair> pair) : pair_{std::move(pair)} {}
Ed25519Key::~Ed25519Key() = default;
Ed25519Key::Ed25519Key(Ed25519Key&&) noexcept = default;
Ed25519Key& Ed25519Key::operator=(Ed25519Key&&) noexcept = default;

Result<Ed25519Key> Ed25519Key::from_pem(std::string_view pem) {
  if (pem.empty()) return failure(ErrorCode::invalid, "read a signing key: the file is empty");
  BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  DOORSTEP_ASSERT(bio != nullptr);
  // Never asks for a password: an encrypted key is simply not readable.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr);
  BIO_free(bio);
  if (key == nullptr) return failure(ErrorCode::invalid, "read a signing key: not a PEM key");
  auto pair = std::make_unique<Pair>(key);
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
    return failure(ErrorCode::invalid, "read a signing key: not an Ed25519 key");
  }
  return Ed25519Key{std::move(pair)};
}

Ed25519Key Ed25519Key::from_seed(std::span<const std::uint8_t, 32> seed) {
  EVP_PKEY* const key =
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size());
  DOORSTEP_ASSERT(key != nullptr);
  return Ed25519Key{std::make_unique<Pair>(key)};
}

Ed25519PublicKey Ed25519Key::public_key() const {
  Ed25519PublicKey bytes{};
  std::size_t size = bytes.size();
  DOORSTEP_ASSERT(EVP_PKEY_get_raw_public_key(pair_->key, bytes.data(), &size) == 1);
  return bytes;
}

Ed25519Signature Ed25519Key::sign(std::string_view text) const {
  const Context context{EVP_MD_CTX_new()};
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  DOORSTEP_ASSERT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_->key) == 1);
  DOORSTEP_ASSERT(EVP_DigestSign(context.get(), signature.data(), &size, raw(text), text.size()) ==
                  1);
  return signature;
}

bool Ed25519Key::verify(std::string_view text, const Ed25519Signature& signature) const {
  return doorstep::verify(pair_->key, text, signature);
}

bool verify_ed25519(const Ed25519PublicKey& key, std::string_view text,
                    const Ed25519Signature& signature) {
  EVP_PKEY* const known =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size());
  if (known == nullptr) return false;
  const bool holds = verify(known, text, signature);
  EVP_PKEY_free(known);
  return holds;
}

}  // namespace doorstep
