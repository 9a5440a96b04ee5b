// Keeps the signed head outside the database, and tells at the start whether the log still is what
// was signed. Errors: damaged means that the log must not be served. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "common/proof/checkpoint.h"
#include "common/runtime/service.h"
#include "common/seam/snapshot_file.h"

namespace doorstep::event_log {

class SignedHead {
 public:
  struct Identity {
    LogId log{};
    Epoch epoch{};
  };
  static constexpr Milliseconds interval{1'000};

  // `file` must outlive it.
  SignedHead(SnapshotFile& file, Ed25519Key key, Identity identity);

  // nullopt: nothing was ever signed. damaged: unreadable, or of another log or a later epoch.
  [[nodiscard]] Result<std::optional<proof::Checkpoint>> read();
  // `listener` is told each newly signed note, after it is on disk.
  void listen(std::function<void(std::uint64_t size, const std::string& note)> listener) {
    listener_ = std::move(listener);
  }
  // Tells the note that says this, without writing it again.
  void announce(const proof::Checkpoint& checkpoint) const;
  [[nodiscard]] Outcome write(std::uint64_t size, const Sha256& root, Milliseconds now);
  // The newest one, written in this life of the process or read at its start.
  [[nodiscard]] const std::optional<proof::Checkpoint>& newest() const { return newest_; }
  // The note of an earlier size. Pre-condition: the root was proven to belong to the newest one:
  // a log never signs two histories.
  [[nodiscard]] std::string sign(std::uint64_t size, const Sha256& root) const;
  // Whether this log has signed the note, and for what.
  [[nodiscard]] std::optional<proof::Checkpoint> open(std::string_view note) const;
  // True where `size` is not signed yet and the last signature is old enough.
  [[nodiscard]] bool is_due(std::uint64_t size, Milliseconds now) const;
  [[nodiscard]] bool covers(std::uint64_t size) const { return signed_size_ == size; }
  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  SnapshotFile& file_;
  Ed25519Key key_;
  Identity identity_;
  std::optional<std::uint64_t> signed_size_{};
  std::optional<proof::Checkpoint> newest_{};
  Milliseconds signed_at_{};
  std::function<void(std::uint64_t, const std::string&)> listener_{};
};

}  // namespace doorstep::event_log
