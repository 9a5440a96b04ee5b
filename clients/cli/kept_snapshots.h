// The services' snapshots in a backup. A log that has dropped events cannot be folded from its
// start, so whoever puts it back needs what was folded before: snapshots that are not older than
// the floor, and not ahead of what the backup holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/domain/result.h"
#include "common/proof/checkpoint.h"
#include "common/runtime/data_folder.h"

namespace doorstep::cli {

// conflict: a service that has a snapshot in this data folder could not go on from there if the log
// dropped its events up to `floor`. The log itself asks only the readers that it knows.
[[nodiscard]] Outcome check_kept_up_to(const runtime::DataFolder& data, Position floor);

class KeptSnapshots {
 public:
  // Of the backup in `folder`.
  explicit KeptSnapshots(const std::filesystem::path& folder)
      : place_{folder / "snapshots"}, fresh_{folder / "snapshots.new"} {}

  // Copies those that there are, beside the backup's own: call it before the log is copied, so that
  // the copy reaches further than they do.
  [[nodiscard]] Outcome take(const runtime::DataFolder& data) const;
  // Makes these the backup's own; once the backup is complete.
  [[nodiscard]] Outcome promote() const;
  // Into a data folder whose log goes on from `from` as another epoch. The names of those that the
  // backup does not have, or not as that log needs them.
  [[nodiscard]] Result<std::vector<std::string>> put_back(const runtime::DataFolder& data,
                                                          const proof::Checkpoint& from,
                                                          Position floor, Epoch epoch) const;

 private:
  std::filesystem::path place_;
  std::filesystem::path fresh_;
};

}  // namespace doorstep::cli
