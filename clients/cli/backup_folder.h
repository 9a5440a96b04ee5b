// A backup: DIR/log holds the blocks, DIR/vkey the key that checks, DIR/checkpoint the signed note
// of the last position that was copied and verified. The checkpoint is written last: without one
// there is no backup, and blocks beyond it do not count.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/domain/result.h"
#include "common/proof/checkpoint.h"
#include "services/event_log/verification.h"

namespace doorstep::cli {

struct BackupNote {
  std::string note{};
  std::string vkey{};
  proof::Checkpoint checkpoint{};
};

class BackupFolder {
 public:
  explicit BackupFolder(std::filesystem::path path) : path_{std::move(path)} {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path log_folder() const { return path_ / "log"; }
  // nullopt: no backup was completed here. damaged: the note and the key do not belong together.
  [[nodiscard]] Result<std::optional<BackupNote>> note() const;
  // Makes it a backup up to this note; on disk when it returns.
  [[nodiscard]] Outcome complete(const std::string& note, const std::string& vkey) const;

  // Reads the blocks again from disk, up to the checkpoint. damaged: they are not what was signed.
  [[nodiscard]] static Result<event_log::Verified> verify(const std::filesystem::path& log_folder,
                                                          const proof::Checkpoint& checkpoint);

 private:
  std::filesystem::path path_;
};

}  // namespace doorstep::cli
