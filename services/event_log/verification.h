// Checks a whole stored log against its own rules and what was signed, and goes on after a problem
// to name the others too. Shares the bytes' layout with recovery.h and none of its folds, so that
// it can show a mistake there. Pure but for what it is handed; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/table_hash.h"
#include "common/proof/checkpoint.h"
#include "common/proof/merkle.h"
#include "common/seam/block_store.h"
#include "common/wire/block.h"
#include "services/event_log/insert_only_table.h"

namespace doorstep::event_log {

// Something signed that the log must agree with; `from` names the file for people.
struct SignedPoint {
  proof::Checkpoint checkpoint{};
  std::string from{};
  // False: the log may end before it, as a head of a later backup might say.
  bool must_reach{true};
};

struct Problem {
  Position first{};  // the first bad position
  std::string what{};
  std::uint64_t times{1};
};

struct Verified {
  Position floor{};  // events up to here are not kept, and were not looked at
  Position head{};
  Sha256 root{};  // of what is there; says nothing where records are missing
  std::uint64_t events{};
  std::uint64_t requests{};
  std::uint64_t blocks{};
  std::uint64_t points{};        // signed points whose root was compared
  std::uint64_t points_below{};  // those that cannot be: of before the floor
  std::vector<Problem> problems{};
};

// When the last event that is not kept was recorded. damaged: it is not this log's base.
[[nodiscard]] Result<Instant> recorded_at_floor(const LogBase& base, LogId log);

class Verification {
 public:
  explicit Verification(std::vector<SignedPoint> points);

  // First, where the log does not keep everything: what stands for the rest, and its requests.
  // damaged: it cannot be begun from, and no block above it can be judged.
  [[nodiscard]] Outcome begin_at(const LogBase& base, LogId log);
  void take_dropped(const IndexedAppend& request);
  // The next block of the store, in the order of its keys.
  void take(const StoredBlock& stored);
  // The block under this key could not be read.
  void unreadable(Position key);
  // Beside the blocks: a file that should be there, a note that is not signed.
  void problem(Position first, std::string what);
  [[nodiscard]] Position head() const { return head_; }
  [[nodiscard]] Verified finish();

 private:
  struct Stream {
    Uuid id{};
    std::uint64_t kind{};
    std::uint64_t events{};
    [[nodiscard]] bool is_empty() const { return kind == 0; }
    [[nodiscard]] bool same_key(const Stream& other) const {
      return id == other.id && kind == other.kind;
    }
    [[nodiscard]] std::size_t hash() const { return table_hash(id.high, id.low, kind); }
  };
  struct Request {
    Uuid id{};
    Position first{};
    [[nodiscard]] bool is_empty() const { return id.is_nil(); }
    [[nodiscard]] bool same_key(const Request& other) const { return id == other.id; }
    [[nodiscard]] std::size_t hash() const { return std::hash<Uuid>{}(id); }
  };

  void take_request(AppendId id, Position first);
  void take_requests(const StoredBlock& stored, const wire::Block& block);
  void take_record(const wire::Record& record);
  void compare_roots();

  std::vector<SignedPoint> points_;  // ascending by size
  std::size_t next_point_{};
  Position head_{};
  Instant recorded_at_{};
  proof::MerkleTree tree_{};
  std::uint64_t dropped_events_{};  // of the requests below the floor
  bool is_whole_{true};             // no record is missing: the tree is the log's
  Hasher hasher_{};
  InsertOnlyTable<Stream> streams_{};
  InsertOnlyTable<Request> requests_{};
  Verified result_{};
};

}  // namespace doorstep::event_log
