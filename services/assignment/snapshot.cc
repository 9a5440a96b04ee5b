#include "services/assignment/snapshot.h"

#include <algorithm>

#include "common/projection/fields.h"

namespace doorstep::assignment {

template <class Archive>
void each_field(Archive& archive, Try& one) {
  archive(one.visit, one.position, one.at, one.disposition, one.retracted_by, one.retracted_at);
}

template <class Archive>
void each_field(Archive& archive, Attempts& attempts) {
  archive(attempts.tries, attempts.latest_task_saw);
}

template <class Archive>
void each_field(Archive& archive, RoundRows& round) {
  archive(round.opened_by, round.closed_by, round.rows);
}

template <class Archive>
void RoundAttempts::archive(Archive& archive) {
  archive(rounds_, withdrawn_by_);
}

bool RoundAttempts::is_consistent(const Register& known) const {
  return std::ranges::all_of(rounds_, [&](const auto& entry) {
    return entry.second.rows.size() <= known.households().size();
  });
}

template <class Archive>
void Folded::archive(Archive& archive) {
  archive(registered, tasks, attempts);
  if constexpr (Archive::reads) {
    if (!attempts.is_consistent(registered)) archive.fail();
  }
}

Bytes to_bytes(const runtime::Progress& progress, const Folded& folded) {
  return runtime::to_bytes(snapshot_format, progress, folded);
}

std::optional<Snapshot> snapshot_from(BytesView bytes) {
  return runtime::kept_from<Folded>(snapshot_format, bytes);
}

}  // namespace doorstep::assignment
