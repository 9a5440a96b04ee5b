// How many records a log has and the root of their tree, signed: a C2SP checkpoint. A Doorstep log
// keeps its newest one outside the database, so that a log cut short is noticed. Pure. Format:
// docs/formats/checkpoint.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/hash/ed25519.h"
#include "common/hash/sha256.h"
#include "common/proof/note.h"
#include "common/seam/block_store.h"

namespace doorstep::proof {

// The three lines of any log's checkpoint.
struct TreeHead {
  std::string origin{};
  std::uint64_t size{};
  Sha256 root{};
  bool operator==(const TreeHead&) const = default;
};

// A note's text. nullopt: not a checkpoint (c2sp.org/tlog-checkpoint). Further lines are allowed.
[[nodiscard]] std::optional<TreeHead> parse_tree_head(std::string_view text);
// Any log's checkpoint under that log's key. invalid: not one; denied: no signature by this key, or
// one that does not hold; or the origin is another than the key's name.
[[nodiscard]] Result<TreeHead> open_tree_head(std::string_view note, const VerifierKey& key);

// A Doorstep log's.
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
// The key that checks it.
[[nodiscard]] VerifierKey log_key(const Checkpoint& checkpoint, const Ed25519Key& key);

// The note, complete with its signature line. The same checkpoint always gives the same bytes.
[[nodiscard]] std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key);
// damaged: not such a note, or not signed by this key. Signatures of others beside it are ignored.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const Ed25519Key& key);
// With nothing but the published half of the key, whose name is the log's origin.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key);
// What a note says, whoever signed it. nullopt: not a Doorstep log's checkpoint.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view note);

}  // namespace doorstep::proof
