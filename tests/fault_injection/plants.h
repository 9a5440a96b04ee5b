// Bugs, planted around the seams of a log that has none of them: what the faults are worth is
// whether they catch these. Those of the disk (a missing fsync) are planted in io_faults.c.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "common/domain/result.h"
#include "common/hash/ed25519.h"
#include "tests/fault_injection/seams.h"

namespace doorstep::faults {

struct Seams {
  BlockStore* store{};
  SnapshotFile* head{};
  Messages* cmd{};
  Messages* feed{};
};

// What a planted bug put in front of the real seams; it must outlive the log.
struct Plants {
  std::vector<std::unique_ptr<BlockStore>> stores{};
  std::vector<std::unique_ptr<SnapshotFile>> files{};
  std::vector<std::unique_ptr<Messages>> messages{};
  // A life reports each acknowledgement with the next one: what is at fault is something else.
  bool acknowledgements_are_late{};
};

// Empty: no bug. invalid: no bug of that name. `key` signs what a faulty log would sign.
[[nodiscard]] Result<Seams> plant(std::string_view bug, Seams real, const Ed25519Key& key,
                                  Plants& plants);

}  // namespace doorstep::faults
