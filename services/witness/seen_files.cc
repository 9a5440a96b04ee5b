#include "services/witness/seen_files.h"

#include "common/proof/cosignature.h"
#include "common/runtime/durable_file.h"

namespace doorstep::witness {

std::string hash_of(std::string_view origin) { return to_hex(Hasher{}.add(origin).finish()); }

Result<std::optional<Seen>> SeenFiles::read(const proof::VerifierKey& log) const {
  const auto path = folder_ / hash_of(log.name);
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<Seen>{};
  Seen seen{.note = std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()}};
  const auto cosigned = proof::cosignatures_on(seen.note, {own_});
  const auto head = proof::open_tree_head(seen.note, log);
  if (!cosigned || cosigned->empty() || !head) {
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
