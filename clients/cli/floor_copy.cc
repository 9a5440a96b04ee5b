#include "clients/cli/floor_copy.h"

#include <utility>
#include <vector>

namespace doorstep::cli {
namespace {

constexpr std::size_t requests_per_write = 16 * 1024;

}  // namespace

Outcome copy_floor(const rocks::StoredLog& from, BlockStore& to) {
  const auto base = from.base();
  if (!base) return std::unexpected(base.error());
  if (!*base) return {};
  std::vector<IndexedAppend> requests;
  const Outcome walked = from.each_dropped([&](const IndexedAppend& request) -> Outcome {
    requests.push_back(request);
    if (requests.size() < requests_per_write) return {};
    return to.keep_dropped(std::exchange(requests, {}));
  });
  if (!walked) return walked;
  if (auto kept = to.keep_dropped(requests); !kept) return kept;
  return to.move_floor(**base);
}

}  // namespace doorstep::cli
