// The real SnapshotFile. In front of the bytes stands a header with their length and SHA-256, so
// that a damaged file is known for one. One writer at a time.
#pragma once

#include <filesystem>

#include "common/seam/snapshot_file.h"

namespace doorstep::runtime {

class FileSnapshot final : public SnapshotFile {
 public:
  // Missing folders on the way to `path` are made by replace().
  explicit FileSnapshot(std::filesystem::path path) : path_{std::move(path)} {}

  [[nodiscard]] Result<std::optional<Bytes>> read() const override;
  [[nodiscard]] Outcome replace(BytesView bytes) override;

 private:
  std::filesystem::path path_{};
};

}  // namespace doorstep::runtime
