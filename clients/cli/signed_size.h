// The signed checkpoint of exactly so many records, asked of the running log and checked with the
// installation's key. One thread.
#pragma once

#include <string>

#include "clients/cli/log_asking.h"
#include "common/proof/checkpoint.h"

namespace doorstep::cli {

struct SignedSize {
  std::string note{};
  proof::Checkpoint checkpoint{};
};

// Waits until the log has signed that far: it does so each second. conflict: the log is shorter.
[[nodiscard]] Result<SignedSize> signed_size(const runtime::DataFolder& folder, LogAsking& log,
                                             std::uint64_t size);

}  // namespace doorstep::cli
