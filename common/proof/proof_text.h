// Proofs as text that foreign tools read: an inclusion as c2sp.org/tlog-proof, a consistency proof
// as the body of c2sp.org/tlog-witness add-checkpoint. Pure. Formats: docs/formats/proof.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/result.h"
#include "common/hash/sha256.h"
#include "common/seam/messages.h"

namespace doorstep::proof {

struct InclusionText {
  std::optional<Bytes> extra{};  // ours: the record, whose leaf is proven
  std::uint64_t index{};         // from 0: the position less one
  std::vector<Sha256> hashes{};
  std::string checkpoint{};  // the note, verbatim
  bool operator==(const InclusionText&) const = default;
};
[[nodiscard]] std::string to_string(const InclusionText& proof);
// invalid: not in exactly the form that to_string writes, or more hashes than any tree needs. The
// checkpoint is not looked into.
[[nodiscard]] Result<InclusionText> parse_inclusion(std::string_view text);

struct ConsistencyText {
  std::uint64_t old_size{};
  std::vector<Sha256> hashes{};
  std::string checkpoint{};  // the note of the larger tree, verbatim
  bool operator==(const ConsistencyText&) const = default;
};
[[nodiscard]] std::string to_string(const ConsistencyText& proof);
// invalid: as for parse_inclusion; more than 63 hashes.
[[nodiscard]] Result<ConsistencyText> parse_consistency(std::string_view text);

}  // namespace doorstep::proof
