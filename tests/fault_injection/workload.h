// What the log under test is asked to store: fixed lists of requests, so that a second life repeats
// the first one's, and whoever looks at what is left knows what was said. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/wire/log_protocol.h"

namespace doorstep::faults {

struct Workload {
  std::string_view name{};
  std::vector<wire::Append> requests{};
  // Merge small blocks after every so many requests; 0: never.
  std::size_t consolidate_every{};
  // After all of them the floor is moved to here; 0: it is not.
  Position floor{};
};

// append: requests of one event, of several, of enough for a compressed block. consolidate: many of
// one event, merged meanwhile. floor: as append, the first of them dropped in the end. bulk, bulk2,
// bulk3: the first third of a longer list, two thirds, all of it.
[[nodiscard]] std::optional<Workload> workload(std::string_view name);

}  // namespace doorstep::faults
