// Where the log's blocks are kept. A block is one group commit: opaque bytes keyed by the position
// of their first event. The store knows nothing of events; order, identity and proof sit above it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/seam/index_store.h"
#include "common/seam/messages.h"

namespace doorstep {

struct StoredBlock {
  Position first{};
  Position last{};
  std::shared_ptr<const Bytes> bytes{};  // never null in a block that was read
};

// A block whose bytes are made when its turn to be written comes: on the store's own thread, in the
// order of submitting, once. So hashing and compression do not hold up who gives positions.
struct SubmittedBlock {
  Position first{};
  Position last{};
  std::move_only_function<std::shared_ptr<const Bytes>()> seal{};
};

// Names one life of the log. A store opened with a higher epoch refuses writers of a lower one.
enum class Epoch : std::uint64_t {};

// What stands for the blocks up to a floor once these are no longer kept: bytes that whoever folds
// blocks can begin with.
struct LogBase {
  Position floor{};
  Bytes value{};
};

class BlockStore {
 public:
  virtual ~BlockStore() = default;

  // Takes the next block; it must start right after the last one submitted. Never blocks: at most
  // `submitted_max` blocks may be waiting, and the caller checks `accepts()` first.
  // busy: that limit; conflict: another writer has fenced this one off; invalid: not the next
  // block.
  [[nodiscard]] virtual Outcome submit(SubmittedBlock block) = 0;
  // One whose bytes are there already.
  [[nodiscard]] Outcome submit(StoredBlock block) {
    return submit(SubmittedBlock{block.first, block.last,
                                 [bytes = std::move(block.bytes)] { return bytes; }});
  }
  // As submit(), but the store may write the block on the calling thread before it returns: for a
  // lone small one, where handing it to another thread costs more than it saves.
  [[nodiscard]] virtual Outcome submit_here(SubmittedBlock block) {
    return submit(std::move(block));
  }
  // For a store that writes on the calling thread and is nobody else's: durable when it returns.
  [[nodiscard]] Outcome write_here(StoredBlock block);
  [[nodiscard]] virtual bool accepts() const = 0;

  // The position up to which blocks are on disk (fdatasync returned) and may be shown and
  // acknowledged. Grows in submit order. An error is final: nothing submitted after it was or will
  // be stored, and the process must end.
  [[nodiscard]] virtual Result<Position> durable() const = 0;

  // The block that holds `position`; nullopt beyond `durable()`, and for what was dropped. Any
  // thread. damaged: bytes do not match their checksum.
  [[nodiscard]] virtual Result<std::optional<StoredBlock>> read(Position position) const = 0;

  // Puts one block in the place of the blocks that make up exactly its range; the caller answers
  // for equal records. All of it or nothing survives a crash; it is not waited for. Any thread.
  // invalid: blocks of this store do not begin and end there, or it cannot do this; busy: later.
  [[nodiscard]] virtual Outcome replace(const StoredBlock& merged);
  // Blocks up to here need not be looked at for replacing again.
  [[nodiscard]] virtual Outcome keep_as_written(Position upto);
  // What the last of these two said, after a restart too.
  [[nodiscard]] virtual Position replaced_to() const { return {}; }

  // Blocks up to the floor are not kept; 0: all are. In three steps, so that nothing is deleted
  // before what stands for it is on disk. Of one thread.
  // First the append requests of what will be dropped, in parts: on disk when it returns.
  [[nodiscard]] virtual Outcome keep_dropped(std::span<const IndexedAppend> requests);
  // Then the base: all of it is on disk when it returns, or the old one stays. An empty store
  // begins there. invalid: no block ends at its floor, or it is not above the present one.
  [[nodiscard]] virtual Outcome move_floor(const LogBase& base);
  // Then the blocks: gone for who reads when it returns, from disk soon after. Pre-condition:
  // nobody reads blocks at or below the floor any more. Opening a store does what is left of it.
  [[nodiscard]] virtual Outcome drop_below_floor();

  // Any thread.
  [[nodiscard]] virtual Position floor() const { return {}; }
  // nullopt: the floor is 0. damaged: it is not what was written.
  [[nodiscard]] virtual Result<std::optional<LogBase>> base() const;
  // Every request that lies at or below the floor, in the order of ids, until `take` fails.
  using TakeDropped = std::function<Outcome(const IndexedAppend&)>;
  [[nodiscard]] virtual Outcome each_dropped(const TakeDropped& take) const;

  static constexpr std::size_t submitted_max = 2;
};

inline Outcome BlockStore::write_here(StoredBlock block) {
  const Position last = block.last;
  const Outcome submitted = submit_here(
      SubmittedBlock{block.first, last, [bytes = std::move(block.bytes)] { return bytes; }});
  if (!submitted) return submitted;
  const auto upto = durable();
  if (!upto) return std::unexpected(upto.error());
  if (*upto == last) return {};
  return failure(ErrorCode::io, "the store did not write a block");
}
inline Outcome BlockStore::keep_as_written(Position) { return {}; }
inline Outcome BlockStore::replace(const StoredBlock&) {
  return failure(ErrorCode::invalid, "replace blocks: this store keeps them as they were written");
}

inline Outcome BlockStore::keep_dropped(std::span<const IndexedAppend>) {
  return failure(ErrorCode::invalid, "move the floor: this store keeps everything");
}
inline Outcome BlockStore::move_floor(const LogBase&) { return keep_dropped({}); }
inline Outcome BlockStore::drop_below_floor() { return keep_dropped({}); }
inline Result<std::optional<LogBase>> BlockStore::base() const { return std::nullopt; }
inline Outcome BlockStore::each_dropped(const TakeDropped&) const { return {}; }

}  // namespace doorstep
