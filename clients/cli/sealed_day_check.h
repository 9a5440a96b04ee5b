// Checks a sealed day against nothing but itself and, if given, the log's key. Pure; one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/sealed_day.h"
#include "common/hash/sha256.h"
#include "common/proof/checkpoint.h"

namespace doorstep::cli {

struct CheckedDay {
  proof::Checkpoint checkpoint{};
  std::uint64_t events{};
  std::uint64_t requests{};
  std::map<EventType, std::uint64_t> by_type{};
  std::uint64_t unknown{};           // of types that this build does not know
  std::optional<Sha256> coverage{};  // digest of the fold; only where the day is the log's first
  std::vector<std::string> problems{};
};

// `pinned`: the key that must have signed; else the file's own is believed. damaged: its key or
// checkpoint cannot be used at all; what else is wrong is in `problems`.
[[nodiscard]] Result<CheckedDay> check_sealed_day(const SealedDay& day,
                                                  const std::optional<std::string>& pinned);

}  // namespace doorstep::cli
