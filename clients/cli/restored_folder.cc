#include "clients/cli/restored_folder.h"

#include <algorithm>
#include <optional>

#include "clients/cli/backup_folder.h"
#include "clients/cli/floor_copy.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/restored_part.h"
#include "clients/cli/stored_log_check.h"
#include "common/rocks/rocks_block_store.h"
#include "common/rocks/stored_log.h"
#include "common/runtime/clock_file.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t own_only = 0600;

bool is_empty_or_missing(const fs::path& path) {
  std::error_code error;
  return !fs::exists(path, error) || fs::is_empty(path, error);
}

// To a name that says why and that nothing else has.
Outcome move_aside(const fs::path& path, Epoch epoch) {
  std::error_code error;
  if (is_empty_or_missing(path)) {
    fs::remove(path, error);
    return {};
  }
  const std::string name =
      path.string() + ".before-epoch-" + std::to_string(static_cast<std::uint64_t>(epoch));
  fs::path aside{name};
  for (int more = 2; fs::exists(aside, error); ++more) aside = name + "-" + std::to_string(more);
  return runtime::rename_durably(path, aside);
}

Result<runtime::DataFolder> open_or_make(const fs::path& path) {
  auto folder = runtime::DataFolder::open(path);
  if (folder || folder.error().code != ErrorCode::not_found) return folder;
  return runtime::DataFolder::init(path, std::nullopt);
}

Outcome check_has_no_events(const fs::path& log_folder) {
  const auto log = rocks::StoredLog::open(log_folder);
  if (!log && log.error().code == ErrorCode::not_found) return {};
  const std::string what =
      log ? "holds a log with " + std::to_string(number(log->last())) + " events"
          : "cannot be opened (" + log.error().message + ")";
  if (log && log->last() == Position{}) return {};
  return failure(ErrorCode::conflict,
                 log_folder.string() + " " + what +
                     ". Nothing was changed. Give an empty folder as --data, or move this one "
                     "aside yourself if you know that the backup is to replace it");
}

}  // namespace

Result<RestoredFolder> RestoredFolder::open(const fs::path& path) {
  auto lock = runtime::FolderLock::take(path, "log restore");
  if (!lock) return std::unexpected(lock.error());
  auto folder = open_or_make(path);
  if (!folder) return std::unexpected(folder.error());
  if (auto empty = check_has_no_events(folder->log_folder()); !empty) {
    return std::unexpected(empty.error());
  }
  return RestoredFolder{*std::move(folder), *std::move(lock)};
}

std::optional<proof::Checkpoint> RestoredFolder::known_head() const {
  const auto bytes = runtime::FileSnapshot{folder_.head_file()}.read();
  if (!bytes || !*bytes) return std::nullopt;
  return proof::parse_checkpoint(
      {reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()});
}

Result<Epoch> RestoredFolder::latest_epoch(const proof::Checkpoint& backup) const {
  Epoch latest = backup.epoch;
  if (const auto head = known_head()) {
    if (head->log == backup.log) {
      latest = std::max(latest, head->epoch);
    } else if (head->size > 0) {
      return failure(ErrorCode::conflict,
                     folder_.head_file().string() + " is the signed head of another log, " +
                         proof::origin_of(*head) + ". Give an empty folder as --data");
    }
  }
  const auto log = rocks::StoredLog::open(folder_.log_folder());
  if (log && log->log() == backup.log) latest = std::max(latest, log->epoch());
  return latest;
}

std::uint64_t RestoredFolder::signed_size(LogId log) const {
  const auto head = known_head();
  return head && head->log == log ? head->size : 0;
}

// What was copied is read again from there.
Result<Sha256> RestoredFolder::copy_blocks(const fs::path& from, const proof::Checkpoint& upto,
                                           Epoch epoch, Position until) const {
  std::error_code removed;  // what an earlier try has left
  fs::remove_all(copy_folder(), removed);
  const auto source = rocks::StoredLog::open(from);
  if (!source) return std::unexpected(source.error());
  if (auto copied = copy_to(*source, upto, epoch, until); !copied) {
    return std::unexpected(copied.error());
  }
  if (number(until) == upto.size) {
    const auto verified = BackupFolder::verify(copy_folder(), upto);
    if (!verified) return std::unexpected(verified.error());
    return upto.root;
  }
  const auto copy = rocks::StoredLog::open(copy_folder());
  if (!copy) return std::unexpected(copy.error());
  const auto verified = check_stored_log(*copy, {}, until);
  if (!verified) return std::unexpected(verified.error());
  if (verified->problems.empty() && verified->head == until) return verified->root;
  return failure(ErrorCode::damaged,
                 copy_folder().string() + ": " +
                     (verified->problems.empty() ? "it does not reach its last position"
                                                 : summary_of(*verified)));
}

Outcome RestoredFolder::copy_to(const rocks::StoredLog& source, const proof::Checkpoint& upto,
                                Epoch epoch, Position until) const {
  auto copy = rocks::open_block_store(
      {.folder = copy_folder(), .log_if_new = upto.log, .epoch = epoch, .disk_may_be_full = true});
  if (!copy) return std::unexpected(copy.error());
  if (auto begun = copy_floor(source, *copy->store); !begun) return begun;
  Outcome copied{};
  const Outcome walked = source.each([&](Position key, const Result<StoredBlock>& block) {
    if (key > until) return false;
    const auto part = block && block->last > until ? cut_block(*block, until) : block;
    copied = part ? copy->store->write_here(*part) : std::unexpected(part.error());
    return copied.has_value();
  });
  return walked ? copied : walked;
}

Outcome RestoredFolder::move_snapshots_aside(Epoch epoch) const {
  return move_aside(folder_.snapshot_file("").parent_path(), epoch);
}

Outcome RestoredFolder::take_over(const std::string& note, const proof::Checkpoint& from,
                                  Epoch epoch) const {
  const auto key = signing_key(folder_);
  if (!key) return std::unexpected(key.error());
  const fs::path beside = folder_.head_file().parent_path();
  for (const fs::path& derived : {beside, folder_.path() / "log-index"}) {
    if (auto moved = move_aside(derived, epoch); !moved) return moved;
  }
  const std::string old = std::to_string(static_cast<std::uint64_t>(from.epoch));
  for (const fs::path& path : {beside / "epochs" / old, beside / "restored-from"}) {
    if (auto written = runtime::replace_file(path, note, own_only); !written) return written;
  }
  const std::string head = proof::sign_checkpoint(
      {.log = from.log, .epoch = epoch, .size = from.size, .root = from.root}, *key);
  const auto signed_head =
      runtime::FileSnapshot{folder_.head_file()}.replace(std::as_bytes(std::span{head}));
  if (!signed_head) return signed_head;
  // Whoever puts a backup back, however old, has looked at the clock: the log goes on from now.
  if (auto noted = runtime::write_clock_note(folder_.clock_note_file(),
                                             {.time = runtime::SystemMachineClock{}.look()});
      !noted) {
    return noted;
  }
  if (auto moved = move_aside(folder_.log_folder(), epoch); !moved) return moved;
  return runtime::rename_durably(copy_folder(), folder_.log_folder());
}

}  // namespace doorstep::cli
