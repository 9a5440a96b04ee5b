// A snapshot file in memory. It outlives the service that writes it, as a disk outlives a process.
#pragma once

#include "common/seam/snapshot_file.h"

namespace doorstep::memory {

class MemorySnapshotFile final : public SnapshotFile {
 public:
  [[nodiscard]] Result<std::optional<Bytes>> read() const override {
    if (damaged_)
      return failure(ErrorCode::damaged, "snapshot in memory: its checksum does not fit");
    return bytes_;
  }
  [[nodiscard]] Outcome replace(BytesView bytes) override {
    bytes_.emplace(bytes.begin(), bytes.end());
    damaged_ = false;
    return {};
  }

  void damage() { damaged_ = bytes_.has_value(); }
  void remove() { bytes_.reset(); }

 private:
  std::optional<Bytes> bytes_{};
  bool damaged_{};
};

}  // namespace doorstep::memory
