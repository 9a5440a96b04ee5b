#include "services/aggregation/snapshot.h"

#include "common/projection/fields.h"

namespace doorstep::aggregation {

namespace {

constexpr runtime::StateFormat format{// "doorcov" and a zero byte, read as a little-endian number.
                                      .magic = 0x00'76'6f'63'72'6f'6f'64,
                                      .version = Coverage::version,
                                      .layout = snapshot_layout};

}  // namespace

Bytes to_bytes(const runtime::Progress& progress, const Coverage& coverage) {
  return runtime::to_bytes(format, progress, coverage);
}

std::optional<Snapshot> snapshot_from(BytesView bytes) {
  auto kept = runtime::kept_from<Coverage>(format, bytes);
  if (kept) kept->state.settle(kept->progress.cursor.position);
  return kept;
}

}  // namespace doorstep::aggregation
