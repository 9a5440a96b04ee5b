// log restore: puts a verified backup back as a new epoch. The new epoch's first record, which the
// log states at its next start, names the checkpoint that it came from.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "clients/cli/arguments.h"
#include "clients/cli/backup_folder.h"
#include "clients/cli/decimal.h"
#include "clients/cli/kept_snapshots.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_verbs.h"
#include "clients/cli/restored_folder.h"
#include "clients/cli/restored_part.h"
#include "clients/cli/stored_log_check.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"

namespace doorstep::cli {
namespace {

struct Restored {
  proof::Checkpoint from{};
  Epoch epoch{};
  Position floor{};
  std::uint64_t not_in_backup{};  // events that the folder's own signed head had beyond it
};

// A log that has all of its events is folded anew.
Outcome put_snapshots_back(const BackupFolder& backup, const RestoredFolder& into,
                           const proof::Checkpoint& from, Position floor, Epoch epoch) {
  if (floor == Position{}) return {};
  const auto missing = KeptSnapshots{backup.path()}.put_back(into.folder(), from, floor, epoch);
  if (!missing) return std::unexpected(missing.error());
  for (const std::string& name : *missing) {
    tell("the backup has no snapshot of " + name +
         " above the log's floor: its service cannot start on this log");
  }
  return {};
}

struct GoodBackup {
  BackupNote note{};
  Position floor{};
};

Result<GoodBackup> check_backup(const BackupFolder& backup) {
  auto note = backup.note();
  if (!note) return std::unexpected(note.error());
  if (!*note) {
    return failure(ErrorCode::not_found, backup.path().string() +
                                             " is no complete backup: it has no checkpoint. Say "
                                             "`doorstep log backup` again, or use another one");
  }
  const proof::Checkpoint& from = (*note)->checkpoint;
  const auto verified = BackupFolder::verify(backup.log_folder(), from);
  if (!verified) return std::unexpected(verified.error());
  tell("the backup is good: " + std::to_string(from.size) + " events");
  return GoodBackup{**std::move(note), verified->floor};
}

struct Wanted {
  std::uint64_t epoch{};
  std::uint64_t until{};  // 0: all
};

// conflict: only a log that has all of its events can be put back in part.
Outcome check_part(const GoodBackup& good, const Wanted& wanted) {
  if (wanted.until > good.note.checkpoint.size) {
    return failure(ErrorCode::invalid, "--until " + std::to_string(wanted.until) +
                                           ": the backup ends at position " +
                                           std::to_string(good.note.checkpoint.size));
  }
  if (wanted.until == 0 || good.floor == Position{}) return {};
  return failure(ErrorCode::conflict,
                 "--until: the log no longer keeps its first " +
                     std::to_string(number(good.floor)) +
                     " events, and the snapshots that stand for them are of later. Put back a "
                     "backup of before instead");
}

// The note of what was copied: the backup's own, or one of its part.
Result<BackupNote> copy_events(const BackupFolder& backup, const GoodBackup& good,
                               const RestoredFolder& into, Epoch epoch, Position until) {
  const proof::Checkpoint& all = good.note.checkpoint;
  auto root = into.copy_blocks(backup.log_folder(), all, epoch, until);
  if (!root) {
    if (root.error().code == ErrorCode::io) {
      root.error().message += ". Nothing was put back: make room there, and say the same again";
    }
    return std::unexpected(root.error());
  }
  if (number(until) == all.size) return good.note;
  const auto key = signing_key(into.folder());
  if (!key) return std::unexpected(key.error());
  return sign_part(good.note, until, *root, *key);
}

Result<Restored> restore(const BackupFolder& backup, const GoodBackup& good, RestoredFolder& into,
                         const Wanted& wanted) {
  if (auto fits = check_part(good, wanted); !fits) return std::unexpected(fits.error());
  const proof::Checkpoint& all = good.note.checkpoint;
  const auto latest = into.latest_epoch(all);
  if (!latest) return std::unexpected(latest.error());
  const Epoch epoch{std::max(static_cast<std::uint64_t>(*latest) + 1, wanted.epoch)};
  const std::uint64_t known = into.signed_size(all.log);
  const Position until{wanted.until == 0 ? all.size : wanted.until};
  const auto note = copy_events(backup, good, into, epoch, until);
  if (!note) return std::unexpected(note.error());
  const proof::Checkpoint& from = note->checkpoint;
  if (auto aside = into.move_snapshots_aside(epoch); !aside) return std::unexpected(aside.error());
  if (auto put = put_snapshots_back(backup, into, from, good.floor, epoch); !put) {
    return std::unexpected(put.error());
  }
  if (auto placed = into.take_over(note->note, from, epoch); !placed) {
    return std::unexpected(placed.error());
  }
  return Restored{from, epoch, good.floor, known - std::min(known, from.size)};
}

// A folder that cannot take it says so at once; a new one is made for a good backup only.
Result<Restored> run(const Invocation& invocation, const std::string& path, const Wanted& wanted) {
  if (runtime::DataFolder::open(invocation.data)) {
    if (const auto free = RestoredFolder::open(invocation.data); !free) {
      return std::unexpected(free.error());
    }
  }
  const BackupFolder backup{path};
  const auto good = check_backup(backup);
  if (!good) return std::unexpected(good.error());
  auto into = RestoredFolder::open(invocation.data);
  if (!into) return std::unexpected(into.error());
  return restore(backup, *good, *into, wanted);
}

ExitCode run_restore(const Invocation& invocation, const std::string& backup,
                     const Wanted& wanted) {
  const auto restored = run(invocation, backup, wanted);
  if (!restored) return fail(invocation, restored.error());
  const std::string old_origin = proof::origin_of(restored->from);
  const std::string new_origin =
      proof::origin_of({.log = restored->from.log, .epoch = restored->epoch});
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    acknowledge(json.begin_object()
                    .field("data", std::string_view{invocation.data})
                    .field("floor", restored->floor)
                    .field("size", restored->from.size)
                    .field("root", std::string_view{proof::to_base64(restored->from.root)})
                    .field("from", std::string_view{old_origin})
                    .field("origin", std::string_view{new_origin})
                    .field("epoch", static_cast<std::uint64_t>(restored->epoch))
                    .field("notInBackup", restored->not_in_backup)
                    .end_object()
                    .take());
  } else {
    acknowledge("put back: events " + std::to_string(number(next(restored->floor))) + " to " +
                std::to_string(restored->from.size) + " of " + old_origin + ", to go on as " +
                new_origin);
  }
  if (restored->not_in_backup > 0) {
    tell("the signed head of this folder reached " + std::to_string(restored->not_in_backup) +
         " events further than what was put back: these are lost here. If anybody has them, ask "
         "there");
  }
  tell("start it: doorstep up --data " + invocation.data);
  return ExitCode::ok;
}

}  // namespace

void add_log_restore(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand(
      "restore", "Put a backup back into the data folder (--data) as a new epoch of the log");
  const auto backup = std::make_shared<std::string>();
  const auto wanted = std::make_shared<Wanted>();
  as_path(verb->add_option("folder", *backup, "the backup"))->required();
  verb->add_option("--epoch", wanted->epoch,
                   "at least this one, where later epochs existed that this machine does not know")
      ->check(decimal_from(1));
  verb->add_option("--until", wanted->until,
                   "only the events up to this position: what came after is left out")
      ->check(decimal_from(1));
  verb->callback([&invocation, backup, wanted] {
    invocation.run = [&, backup, wanted] { return run_restore(invocation, *backup, *wanted); };
  });
}

}  // namespace doorstep::cli
