#include "services/intake/snapshot.h"

#include "common/projection/fields.h"

namespace doorstep::intake {

template <class Archive>
void Known::archive(Archive& archive) {
  archive(register_, retracted_, in_batches_);
}

Bytes to_bytes(const runtime::Progress& progress, const Known& known) {
  return runtime::to_bytes(snapshot_format, progress, known);
}

std::optional<Snapshot> snapshot_from(BytesView bytes) {
  return runtime::kept_from<Known>(snapshot_format, bytes);
}

}  // namespace doorstep::intake
