// What a witness adds to a checkpoint (c2sp.org/tlog-cosignature, cosignature/v1): that at this
// time this was the largest consistent tree that it had seen of the log. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/proof/note.h"

namespace doorstep::proof {

struct Cosignature {
  std::string name{};
  std::uint64_t time{};  // seconds since 1970
  bool operator==(const Cosignature&) const = default;
};

[[nodiscard]] VerifierKey witness_key(std::string name, const Ed25519Key& key);

// The signature line over a checkpoint's text, with its newline. The key must be used for nothing
// else: what is signed does not name the witness.
[[nodiscard]] std::string cosign(std::string_view text, std::string_view name,
                                 const Ed25519Key& key, std::uint64_t time);
// When it was signed; nullopt: it does not hold. Pre-condition: is_of(line, key).
[[nodiscard]] std::optional<std::uint64_t> time_of(const SignatureLine& line,
                                                   const VerifierKey& key, std::string_view text);

// Those of these witnesses that have cosigned, each once, the latest time. invalid: not a note, or
// a line under a known key that does not hold: such a note is believed in nothing.
[[nodiscard]] Result<std::vector<Cosignature>> cosignatures_on(
    std::string_view note, const std::vector<VerifierKey>& witnesses);

}  // namespace doorstep::proof
