// The data folder that a log is put back into. What was derived from the lost log is moved aside,
// never deleted; the blocks come last into their place, by a rename. Stopped at any moment, the
// same command can be given again.
#pragma once

#include <string>

#include "common/domain/result.h"
#include "common/proof/checkpoint.h"
#include "common/rocks/stored_log.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/folder_lock.h"

namespace doorstep::cli {

class RestoredFolder {
 public:
  // Makes the data folder where there is none. conflict: it is in use, or its log has events.
  [[nodiscard]] static Result<RestoredFolder> open(const std::filesystem::path& path);

  // The latest epoch of this log that the folder or the backup knows of.
  [[nodiscard]] Result<Epoch> latest_epoch(const proof::Checkpoint& backup) const;
  // What the folder's own signed head says, if it is of this log; else 0.
  [[nodiscard]] std::uint64_t signed_size(LogId log) const;

  // Beside the log's place, verified there once more: the events up to `until`, and their root.
  [[nodiscard]] Result<Sha256> copy_blocks(const std::filesystem::path& from,
                                           const proof::Checkpoint& upto, Epoch epoch,
                                           Position until) const;
  // Those of the old log; before others are put there.
  [[nodiscard]] Outcome move_snapshots_aside(Epoch epoch) const;
  // Moves aside what else belonged to the old log, signs the new epoch's head, and puts the blocks
  // in their place.
  [[nodiscard]] Outcome take_over(const std::string& note, const proof::Checkpoint& from,
                                  Epoch epoch) const;

  [[nodiscard]] const runtime::DataFolder& folder() const { return folder_; }

 private:
  RestoredFolder(runtime::DataFolder folder, runtime::FolderLock lock)
      : folder_{std::move(folder)}, lock_{std::move(lock)} {}
  [[nodiscard]] std::filesystem::path copy_folder() const {
    return folder_.path() / "log.restoring";
  }
  [[nodiscard]] std::optional<proof::Checkpoint> known_head() const;
  [[nodiscard]] Outcome copy_to(const rocks::StoredLog& source, const proof::Checkpoint& upto,
                                Epoch epoch, Position until) const;

  runtime::DataFolder folder_;
  runtime::FolderLock lock_;
};

}  // namespace doorstep::cli
