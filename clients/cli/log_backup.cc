// log backup: copies the log by its feed, while the county works, into a second store, and counts
// only what was read again from there and has the signed root.
#include <CLI/CLI.hpp>

#include "clients/cli/arguments.h"
#include "clients/cli/backup_folder.h"
#include "clients/cli/floor_copy.h"
#include "clients/cli/health.h"
#include "clients/cli/kept_snapshots.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_reading.h"
#include "clients/cli/log_verbs.h"
#include "clients/cli/request_blocks.h"
#include "clients/cli/signed_size.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"
#include "common/rocks/rocks_block_store.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds patience{10'000};
constexpr Milliseconds tell_every{2'000};

struct Backup {
  SignedSize at{};
  event_log::Verified verified{};
  Position before{};  // where an earlier run had come to
};

std::string words_of(Position position) { return std::to_string(number(position)); }

std::unexpected<Error> behind_the_floor(Position at, const wire::Described& described) {
  return failure(ErrorCode::conflict, "the backup reaches position " + words_of(at) +
                                          ", the log keeps events only from " +
                                          words_of(next(described.floor)) +
                                          " on. Keep that backup, and use an empty folder for a "
                                          "new one");
}

// Whether what the folder holds is a beginning of this very log.
Outcome check_same(const runtime::DataFolder& folder, LogAsking& log,
                   const wire::Described& described, const BackupNote& known) {
  const proof::Checkpoint& old = known.checkpoint;
  if (old.log != described.log || old.epoch != described.epoch) {
    return failure(ErrorCode::conflict, "the folder holds a backup of " + proof::origin_of(old) +
                                            ", which is not the log that runs here. Use an empty "
                                            "folder for this one, and keep that backup");
  }
  if (Position{old.size} > described.head) {
    return failure(ErrorCode::conflict, "the backup reaches position " + std::to_string(old.size) +
                                            ", the log only " + words_of(described.head) +
                                            ": the log has lost events. Stop it, and keep both");
  }
  if (Position{old.size} < described.floor) return behind_the_floor(Position{old.size}, described);
  const auto now = signed_size(folder, log, old.size);
  if (!now) return std::unexpected(now.error());
  if (now->checkpoint.root == old.root) return {};
  return failure(ErrorCode::damaged,
                 "the log and its backup hold different events up to position " +
                     std::to_string(old.size) + ". Keep both, and say `doorstep log verify`");
}

// Goes on from what the store holds until it holds `target`; where it came to.
Result<Position> copy(const runtime::DataFolder& folder, BlockStore& store, Position target) {
  const runtime::SystemClock clock;
  const auto start = store.durable();
  if (!start) return std::unexpected(start.error());
  RequestBlocks blocks{*start, {}};
  if (*start >= target) return *start;
  Milliseconds told = clock.monotonic();
  Outcome copied{};
  const auto write = [&](bool rest) {
    while (const auto block = blocks.next_block(rest)) {
      copied = store.write_here(*block);
      if (!copied) return false;
    }
    return true;
  };
  const Outcome read = read_log(
      folder, {.from_exclusive = *start, .requests = true, .consumer = "backup"},
      [&](const runtime::FeedBatch& batch) {
        copied = blocks.take(batch);
        if (!copied || !write(false)) return false;
        if (clock.monotonic() - told > tell_every) {
          tell("copied " + words_of(blocks.taken()) + " of " + words_of(target) + " events");
          told = clock.monotonic();
        }
        return blocks.taken() < target;
      });
  if (!copied) return std::unexpected(copied.error());
  if (!read) return std::unexpected(read.error());
  if (!write(true)) return std::unexpected(copied.error());
  return blocks.taken();
}

// The feed begins at the floor; what stands for the rest lies in the log's folder.
Outcome begin_copy(const runtime::DataFolder& folder, BlockStore& store,
                   const wire::Described& described) {
  const auto at = store.durable();
  if (!at) return std::unexpected(at.error());
  if (*at >= described.floor) return {};
  if (*at > Position{}) return behind_the_floor(*at, described);
  const auto log = rocks::StoredLog::open(folder.log_folder());
  if (!log) return std::unexpected(log.error());
  return copy_floor(*log, store);
}

Result<Position> copy_into(const BackupFolder& backup, const runtime::DataFolder& folder,
                           const wire::Described& described) {
  auto opened = rocks::open_block_store({.folder = backup.log_folder(),
                                         .log_if_new = described.log,
                                         .epoch = described.epoch,
                                         .disk_may_be_full = true});
  if (!opened) return std::unexpected(opened.error());
  if (opened->log != described.log) {
    return failure(ErrorCode::conflict,
                   backup.log_folder().string() + " holds another log. Use an empty folder");
  }
  if (auto begun = begin_copy(folder, *opened->store, described); !begun) {
    return std::unexpected(begun.error());
  }
  return copy(folder, *opened->store, described.head);
}

std::unexpected<Error> not_complete(Error why) {
  if (why.code == ErrorCode::io) {
    why.message +=
        ". Nothing new counts as backed up: make room there, or mend what is wrong with "
        "that disk, and say the same again";
  }
  return std::unexpected(std::move(why));
}

Result<Backup> back_up(const runtime::DataFolder& folder, const BackupFolder& backup) {
  const auto described = describe_log(folder, patience);
  if (!described) return std::unexpected(described.error());
  if (described->head == Position{}) {
    return failure(ErrorCode::not_found, "the log holds no event yet: there is nothing to back up");
  }
  auto log = LogAsking::open(folder);
  if (!log) return std::unexpected(log.error());
  const auto known = backup.note();
  if (!known) return std::unexpected(known.error());
  if (*known) {
    if (auto same = check_same(folder, *log, *described, **known); !same) {
      return std::unexpected(same.error());
    }
  }
  std::error_code made;
  std::filesystem::create_directories(backup.path(), made);
  if (made) return failure(ErrorCode::io, "make " + backup.path().string() + ": " + made.message());
  const KeptSnapshots snapshots{backup.path()};
  const bool needs_snapshots = described->floor > Position{};
  if (needs_snapshots) {
    if (auto taken = snapshots.take(folder); !taken) return std::unexpected(taken.error());
  }
  const auto copied = copy_into(backup, folder, *described);
  if (!copied) return not_complete(copied.error());
  auto at = signed_size(folder, *log, number(*copied));
  if (!at) return std::unexpected(at.error());
  auto verified = BackupFolder::verify(backup.log_folder(), at->checkpoint);
  if (!verified) return std::unexpected(verified.error());
  const auto key = signing_key(folder);
  if (!key) return std::unexpected(key.error());
  const std::string vkey = proof::to_string(proof::log_key(at->checkpoint, *key));
  if (auto done = backup.complete(at->note, vkey); !done) return std::unexpected(done.error());
  if (needs_snapshots) {
    if (auto kept = snapshots.promote(); !kept) return std::unexpected(kept.error());
  }
  const Position before = *known ? Position{(*known)->checkpoint.size} : verified->floor;
  return Backup{*std::move(at), *std::move(verified), before};
}

ExitCode run_backup(const Invocation& invocation, const std::string& path) {
  const runtime::SystemClock clock;
  const Milliseconds start = clock.monotonic();
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto backup = back_up(*folder, BackupFolder{path});
  if (!backup) return fail(invocation, backup.error());
  const proof::Checkpoint& at = backup->at.checkpoint;
  if (!invocation.json && !invocation.ndjson) {
    acknowledge("backed up and verified: events " + words_of(next(backup->verified.floor)) +
                " to " + std::to_string(at.size) + " (" +
                std::to_string(at.size - number(backup->before)) + " of them new) in " + path);
    return ExitCode::ok;
  }
  const Milliseconds took = clock.monotonic() - start;
  json::Writer json;
  json.begin_object()
      .field("folder", std::string_view{path})
      .field("origin", std::string_view{proof::origin_of(at)})
      .field("floor", backup->verified.floor)
      .field("size", at.size)
      .field("root", std::string_view{proof::to_base64(at.root)})
      .field("new", at.size - number(backup->before))
      .field("blocks", backup->verified.blocks)
      .field("verified", true);
  json.key("seconds").raw(std::to_string(static_cast<double>(took.count()) / 1000.0));
  acknowledge(json.end_object().take());
  return ExitCode::ok;
}

}  // namespace

void add_log_backup(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand(
      "backup", "Copy the running log into a folder and verify the copy; again: only what is new");
  const auto path = std::make_shared<std::string>();
  as_path(verb->add_option("folder", *path, "where the backup is kept, on another disk"))
      ->required();
  verb->callback([&invocation, path] {
    invocation.run = [&, path] { return run_backup(invocation, *path); };
  });
}

}  // namespace doorstep::cli
