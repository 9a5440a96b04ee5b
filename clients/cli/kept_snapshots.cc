#include "clients/cli/kept_snapshots.h"

#include "common/runtime/durable_file.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/kept_state.h"

namespace doorstep::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* names[] = {"intake", "assignment", "coverage"};

bool fits(const runtime::Cursor& at, const proof::Checkpoint& from, Position floor) {
  return at.log == from.log && at.epoch == from.epoch && at.position >= floor &&
         number(at.position) <= from.size;
}

}  // namespace

Outcome check_kept_up_to(const runtime::DataFolder& data, Position floor) {
  for (const char* name : names) {
    const auto bytes = runtime::FileSnapshot{data.snapshot_file(name)}.read();
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes) continue;
    const auto at = runtime::progress_of_any(**bytes);
    if (at && at->cursor.position >= floor) continue;
    const Position kept = at ? at->cursor.position : Position{};
    return failure(ErrorCode::conflict,
                   "snapshots/" + std::string{name} + " reaches position " +
                       std::to_string(number(kept)) +
                       ", and its service needs what comes after. Nothing was moved. It keeps a "
                       "newer one at each stop and once a day: restart it, or ask again later; or "
                       "move the file out of the data folder where this log is never served with "
                       "it again");
  }
  return {};
}

Outcome KeptSnapshots::take(const runtime::DataFolder& data) const {
  std::error_code removed;  // what an earlier try has left
  fs::remove_all(fresh_, removed);
  for (const char* name : names) {
    const auto bytes = runtime::FileSnapshot{data.snapshot_file(name)}.read();
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes) continue;
    if (auto kept = runtime::FileSnapshot{fresh_ / name}.replace(**bytes); !kept) return kept;
  }
  return {};
}

Outcome KeptSnapshots::promote() const {
  std::error_code error;
  fs::create_directories(place_, error);
  if (error) return failure(ErrorCode::io, "make " + place_.string() + ": " + error.message());
  for (const char* name : names) {
    if (!fs::exists(fresh_ / name, error)) continue;
    if (auto moved = runtime::rename_durably(fresh_ / name, place_ / name); !moved) return moved;
  }
  fs::remove_all(fresh_, error);
  return {};
}

Result<std::vector<std::string>> KeptSnapshots::put_back(const runtime::DataFolder& data,
                                                         const proof::Checkpoint& from,
                                                         Position floor, Epoch epoch) const {
  std::vector<std::string> missing;
  for (const char* name : names) {
    auto bytes = runtime::FileSnapshot{place_ / name}.read();
    if (!bytes) return std::unexpected(bytes.error());
    const auto at = *bytes ? runtime::progress_of_any(**bytes) : std::nullopt;
    if (!at || !fits(at->cursor, from, floor)) {
      missing.emplace_back(name);
      continue;
    }
    // The records up to there are the same: the log compares the root when the service subscribes.
    runtime::set_epoch(**bytes, epoch);
    if (auto placed = runtime::FileSnapshot{data.snapshot_file(name)}.replace(**bytes); !placed) {
      return std::unexpected(placed.error());
    }
  }
  return missing;
}

}  // namespace doorstep::cli
