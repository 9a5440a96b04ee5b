#include "services/witness/seen_files.h"

#include <algorithm>

#include "common/proof/cosignature.h"
#include "common/runtime/durable_file.h"

namespace doorstep::witness {
namespace {

// The log signed what is kept, but with another key than this one.
bool is_by_another_key(std::string_view kept, const proof::VerifierKey& log) {
  const auto note = proof::parse_note(kept);
  if (!note) return false;
  const auto head = proof::parse_tree_head(note->text);
  return head && head->origin == log.name &&
         std::ranges::any_of(note->signatures, [&](const proof::SignatureLine& line) {
           return line.name == log.name && line.id != proof::id_of(log);
         });
}

Error another_key(const std::filesystem::path& path, const proof::VerifierKey& log) {
  return {
      ErrorCode::conflict,
      "the policy names another key for " + log.name +
          " than the one that was seen, which signed " + path.string() +
          ". Put the line with that key back, or take the line out and ask the log's operator why "
          "the key is new: a log with a new key needs a new name. If the policy was not "
          "changed, that file was: retire this witness's key, and start a new witness in a new "
          "folder"};
}

}  // namespace

std::string hash_of(std::string_view origin) { return to_hex(Hasher{}.add(origin).finish()); }

Result<std::optional<Seen>> SeenFiles::read(const proof::VerifierKey& log) const {
  const auto path = folder_ / hash_of(log.name);
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<Seen>{};
  Seen seen{.note = std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()}};
  const auto cosigned = proof::cosignatures_on(seen.note, {own_});
  const auto head = proof::open_tree_head(seen.note, log);
  const bool is_ours = cosigned && !cosigned->empty();
  if (is_ours && !head && is_by_another_key(seen.note, log)) {
    return std::unexpected(another_key(path, log));
  }
  if (!is_ours || !head) {
    return failure(ErrorCode::damaged,
                   path.string() +
                       " is not what this witness wrote. Without it two histories "
                       "could be cosigned: retire this key, and start a new witness in "
                       "a new folder");
  }
  seen.head = *head;
  return std::optional{seen};
}

Outcome SeenFiles::keep(const Seen& seen) const {
  return runtime::replace_file(folder_ / hash_of(seen.head.origin), seen.note, 0600);
}

}  // namespace doorstep::witness
