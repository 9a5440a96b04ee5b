// A reader's place in a log, complete enough to notice another history under the same position: the
// log's id, its epoch, the position, and the tree over the records up to there, from which the root
// follows. Kept together with what the reader made of these records. Pure; one thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "common/proof/checkpoint.h"
#include "common/proof/merkle.h"
#include "common/wire/block.h"
#include "common/wire/log_protocol.h"

namespace doorstep::runtime {

struct Cursor {
  LogId log{};    // nil: not known yet
  Epoch epoch{};  // 0: not known yet
  Position position{};
  // Its size is the position. Without it, as where a filter leaves records out, no root is known.
  std::optional<proof::MerkleTree> tree{};
  bool operator==(const Cursor&) const = default;

  // Before the first event of a log.
  [[nodiscard]] static Cursor start_of(LogId log, Epoch epoch) {
    return {.log = log, .epoch = epoch, .tree = proof::MerkleTree{}};
  }
};

// Opens a checkpoint that the log has signed. An error: not by this log's key, or no checkpoint.
using ReadNote = std::function<Result<proof::Checkpoint>(std::string_view note)>;

// The reason for which a checkpoint cannot be of the cursor's log; nullopt: it can. Log and epoch
// that the cursor does not know yet are taken from it.
[[nodiscard]] std::optional<wire::Refused> recognise(Cursor& cursor,
                                                     const Result<proof::Checkpoint>& checkpoint);
// Moves the cursor over `records`, which follow it without a gap, to `to`. Where the log has signed
// a size on that way, the root there must be the signed one; else the reason to stop is returned.
// Pre-condition: the cursor has its tree.
[[nodiscard]] std::optional<wire::Refused> take_up(
    Cursor& cursor, Hasher& hasher, std::span<const wire::Record> records, Position to,
    const std::optional<proof::Checkpoint>& checkpoint);

}  // namespace doorstep::runtime
