#include "clients/cli/backup_folder.h"

#include "clients/cli/stored_log_check.h"
#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

constexpr mode_t own_only = 0600;

Result<std::optional<std::string>> read_text(const std::filesystem::path& path) {
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<std::string>{};
  return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
}

}  // namespace

Result<std::optional<BackupNote>> BackupFolder::note() const {
  auto note = read_text(path_ / "checkpoint");
  if (!note) return std::unexpected(note.error());
  if (!*note) return std::optional<BackupNote>{};
  const auto vkey = read_text(path_ / "vkey");
  if (!vkey) return std::unexpected(vkey.error());
  std::string text = vkey->value_or("");
  while (text.ends_with('\n')) text.pop_back();
  const auto key = proof::parse_verifier_key(text);
  if (!key) {
    return failure(ErrorCode::damaged,
                   (path_ / "vkey").string() + " is no key: the backup cannot be checked");
  }
  const auto checkpoint = proof::open_checkpoint(**note, *key);
  if (!checkpoint) {
    return failure(ErrorCode::damaged,
                   (path_ / "checkpoint").string() + ": " + checkpoint.error().message);
  }
  return BackupNote{**std::move(note), std::move(text), *checkpoint};
}

Outcome BackupFolder::complete(const std::string& note, const std::string& vkey) const {
  const auto key = runtime::replace_file(path_ / "vkey", vkey + "\n", own_only);
  if (!key) return key;
  return runtime::replace_file(path_ / "checkpoint", note, own_only);
}

Result<event_log::Verified> BackupFolder::verify(const std::filesystem::path& log_folder,
                                                 const proof::Checkpoint& checkpoint) {
  const auto log = rocks::StoredLog::open(log_folder);
  if (!log) return std::unexpected(log.error());
  if (log->log() != checkpoint.log) {
    return failure(ErrorCode::damaged, log_folder.string() + " is not the log of its checkpoint");
  }
  auto verified = check_stored_log(*log, {{.checkpoint = checkpoint, .from = "its checkpoint"}},
                                   Position{checkpoint.size});
  if (!verified) return std::unexpected(verified.error());
  if (verified->problems.empty() && number(verified->head) != checkpoint.size) {
    return failure(ErrorCode::damaged,
                   log_folder.string() + ": no block ends where its checkpoint does");
  }
  if (verified->problems.empty()) return verified;
  return failure(ErrorCode::damaged, log_folder.string() + ": " + summary_of(*verified));
}

}  // namespace doorstep::cli
