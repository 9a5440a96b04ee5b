// One small file that is replaced as a whole or not at all: temporary file, fsync, rename, fsync of
// the folder. A reader sees the old bytes or the new ones, never a mixture.
#pragma once

#include <optional>

#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep {

class SnapshotFile {
 public:
  virtual ~SnapshotFile() = default;
  // nullopt: there is none yet. damaged: there is one and it cannot be read.
  [[nodiscard]] virtual Result<std::optional<Bytes>> read() const = 0;
  // Returns when the bytes are on disk under the file's name.
  [[nodiscard]] virtual Outcome replace(BytesView bytes) = 0;
};

}  // namespace doorstep
