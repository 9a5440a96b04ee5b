// What the event log says, as values (schema/log.capnp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/event.h"
#include "common/hash/sha256.h"
#include "common/seam/block_store.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

struct Described {
  LogId log{};
  Epoch epoch{};
  Position head{};
  Instant recorded_at{};
  Sha256 root{};
  Position floor{};  // events up to here are no longer kept
};
struct Appended {
  Position first{};
  Position last{};
  bool duplicate{};
};
struct Found {
  std::optional<Appended> appended{};  // as it was first answered
};
struct Batch {
  std::uint64_t number{};
  Position from_exclusive{};
  Position to_inclusive{};
  Position head{};
  SharedBytes block{};       // empty: nothing in that range matched
  std::string checkpoint{};  // signed, with a size in that range; mostly empty
};
enum class RefusalCode : std::uint16_t {
  invalid,
  wrong_revision,
  id_conflict,
  too_large,
  denied,
  busy,
  draining,
  damaged,
  ahead_of_log,
  done,
  condition_failed,
  reread,
  cursor_below_floor,
  epoch_changed,
  still_needed,
  no_answer = 1000,  // said by the client itself: the log did not answer in time
};
struct Refused {
  RefusalCode code{};
  std::string message{};
  StreamId stream{};
  std::uint64_t actual{};
  std::uint32_t retry_after_ms{};
  // condition_failed: the first match; reread: the oldest position that can be asked about;
  // cursor_below_floor: the floor; ahead_of_log: the head; still_needed: what the reader has kept.
  Position position{};
};
struct Ended {
  Refused why{};
};
struct CheckpointNote {
  std::string note{};  // docs/formats/checkpoint.md
};
// In the order of RFC 6962: PATH (2.1.1) or PROOF (2.1.2).
struct Proof {
  std::uint64_t size{};
  std::vector<Sha256> hashes{};
  Bytes record{};            // of an inclusion: the leaf, as stored
  std::string checkpoint{};  // signed, of `size`; empty where none of exactly this size is kept
};
struct Consumer {
  std::string account{};
  std::string name{};
  Position cursor{};  // what it says that it has made its own
  Position sent{};
  Position head{};
  std::uint64_t credit_events{};
  std::uint64_t credit_bytes{};
  Milliseconds silent{};  // since it last said anything
  bool connected{};
  std::optional<Position> kept{};  // what it says that it has on disk
};
struct Consumers {
  std::vector<Consumer> readers{};
};
struct FloorMoved {
  Position floor{};
};

struct Reply {
  std::uint64_t number{};
  std::variant<Described, Appended, Refused, Found, Batch, Ended, CheckpointNote, Proof, Consumers,
               FloorMoved>
      what{};
};

}  // namespace doorstep::wire
