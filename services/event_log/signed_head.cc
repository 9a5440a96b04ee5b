#include "services/event_log/signed_head.h"

#include <span>
#include <string>
#include <utility>

namespace doorstep::event_log {

SignedHead::SignedHead(SnapshotFile& file, Ed25519Key key, Identity identity)
    : file_{file}, key_{std::move(key)}, identity_{identity} {}

Result<std::optional<proof::Checkpoint>> SignedHead::read() {
  const auto bytes = file_.read();
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<proof::Checkpoint>{};
  const std::string_view note{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
  const auto checkpoint = proof::open_checkpoint(note, key_);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->log != identity_.log || checkpoint->epoch > identity_.epoch) {
    return failure(ErrorCode::damaged,
                   "the signed head is of " + proof::origin_of(*checkpoint) + ", this log is " +
                       proof::origin_of({identity_.log, identity_.epoch, 0, {}}) +
                       ". They belong to different logs, so the log does not start. Keep both "
                       "as they are, and put back the log folder that this head belongs to");
  }
  if (checkpoint->epoch == identity_.epoch) newest_ = *checkpoint;
  return std::optional{*checkpoint};
}

std::string SignedHead::sign(std::uint64_t size, const Sha256& root) const {
  return proof::sign_checkpoint(
      {.log = identity_.log, .epoch = identity_.epoch, .size = size, .root = root}, key_);
}

std::optional<proof::Checkpoint> SignedHead::open(std::string_view note) const {
  const auto checkpoint = proof::open_checkpoint(note, key_);
  if (!checkpoint || checkpoint->log != identity_.log || checkpoint->epoch != identity_.epoch) {
    return std::nullopt;
  }
  return *checkpoint;
}

Outcome SignedHead::write(std::uint64_t size, const Sha256& root, Milliseconds now) {
  const std::string note = sign(size, root);
  auto written = file_.replace(std::as_bytes(std::span{note}));
  if (!written) return written;
  signed_size_ = size;
  newest_ = {.log = identity_.log, .epoch = identity_.epoch, .size = size, .root = root};
  signed_at_ = now;
  if (listener_) listener_(size, note);
  return {};
}

void SignedHead::announce(const proof::Checkpoint& checkpoint) const {
  if (listener_) listener_(checkpoint.size, proof::sign_checkpoint(checkpoint, key_));
}

bool SignedHead::is_due(std::uint64_t size, Milliseconds now) const {
  return !covers(size) && (!signed_size_ || now - signed_at_ >= interval);
}

}  // namespace doorstep::event_log
