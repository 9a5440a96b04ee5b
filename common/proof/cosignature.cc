#include "common/proof/cosignature.h"

#include <algorithm>

namespace doorstep::proof {
namespace {

constexpr std::size_t time_bytes = 8;

std::string signed_text(std::string_view text, std::uint64_t time) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string{text};
}

}  // namespace

VerifierKey witness_key(std::string name, const Ed25519Key& key) {
  return {.name = std::move(name), .type = SignatureType::cosignature_v1, .key = key.public_key()};
}

std::string cosign(std::string_view text, std::string_view name, const Ed25519Key& key,
                   std::uint64_t time) {
  std::vector<std::uint8_t> signature;
  for (int shift = 56; shift >= 0; shift -= 8) {
    signature.push_back(static_cast<std::uint8_t>(time >> shift));
  }
  const Ed25519Signature own = key.sign(signed_text(text, time));
  signature.insert(signature.end(), own.begin(), own.end());
  return signature_line(name, id_of(witness_key(std::string{name}, key)), signature);
}

std::optional<std::uint64_t> time_of(const SignatureLine& line, const VerifierKey& key,
                                     std::string_view text) {
  Ed25519Signature own{};
  if (key.type != SignatureType::cosignature_v1) return std::nullopt;
  if (line.signature.size() != time_bytes + own.size()) return std::nullopt;
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < time_bytes; ++i) time = time << 8 | line.signature[i];
  if (time >> 63 != 0) return std::nullopt;
  std::copy(line.signature.begin() + time_bytes, line.signature.end(), own.begin());
  if (!verify_ed25519(key.key, signed_text(text, time), own)) return std::nullopt;
  return time;
}

Result<std::vector<Cosignature>> cosignatures_on(std::string_view note,
                                                 const std::vector<VerifierKey>& witnesses) {
  const auto parsed = parse_note(note);
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<Cosignature> found;
  for (const VerifierKey& witness : witnesses) {
    std::optional<std::uint64_t> latest;
    for (const SignatureLine& line : parsed->signatures) {
      if (!is_of(line, witness)) continue;
      const auto time = time_of(line, witness, parsed->text);
      if (!time) {
        return failure(ErrorCode::invalid, "the cosignature of " + witness.name + " does not hold");
      }
      latest = std::max(latest.value_or(0), *time);
    }
    if (latest) found.push_back({witness.name, *latest});
  }
  return found;
}

}  // namespace doorstep::proof
