// Putting back a part of a backup: its events up to a position. The part gets a checkpoint of the
// old epoch, which only the log's own key can sign. Errors are values.
#pragma once

#include "clients/cli/backup_folder.h"
#include "common/hash/ed25519.h"
#include "common/seam/block_store.h"

namespace doorstep::cli {

// The block's requests up to `until`. invalid: that is inside a request, which lands whole or not
// at all; the message says where it may be cut. Pre-condition: the block begins at or before it.
[[nodiscard]] Result<StoredBlock> cut_block(const StoredBlock& block, Position until);

// The note of the part whose root is `root`. conflict: `key` is not the key that signed the backup.
[[nodiscard]] Result<BackupNote> sign_part(const BackupNote& whole, Position until,
                                           const Sha256& root, const Ed25519Key& key);

}  // namespace doorstep::cli
