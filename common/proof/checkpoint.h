// The signed head: how many records the log has and the root of their tree, as a C2SP checkpoint
// signed with Ed25519. Kept outside the database, so that a log cut short is noticed. Format:
// docs/formats/checkpoint.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/hash/ed25519.h"
#include "common/hash/sha256.h"
#include "common/seam/block_store.h"

namespace doorstep::proof {

struct Checkpoint {
  LogId log{};
  Epoch epoch{};
  std::uint64_t size{};
  Sha256 root{};
  bool operator==(const Checkpoint&) const = default;
};

// "doorstep/<log id>/<epoch>": the first line, and the name of the key. A new epoch is a new
// origin.
[[nodiscard]] std::string origin_of(const Checkpoint& checkpoint);

// The note, complete with its signature line. The same checkpoint always gives the same bytes.
[[nodiscard]] std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key);
// damaged: not such a note, or not signed by this key. Signatures of others beside it are ignored.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const Ed25519Key& key);

}  // namespace doorstep::proof
