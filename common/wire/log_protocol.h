// What is said to and by the event log, as values (schema/log.capnp, docs/formats/wire.md). A frame
// from outside is bounded in size, segments, depth and traversal before anything in it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/hash/sha256.h"
#include "common/seam/block_store.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

inline constexpr std::size_t frame_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t append_events_max = 4096;  // in one request

enum class Expectation : std::uint16_t { any, none, exists, exact };

struct Condition {
  StreamId stream{};
  Expectation expect{};
  Revision revision{};  // of the stream's last event, with `exact`
};

struct Describe {};
struct Append {
  AppendId append_id{};
  std::vector<Condition> conditions{};
  std::vector<Bytes> events{};
};
struct Lookup {
  AppendId append_id{};
};
struct Credit {
  std::uint32_t events{};
  std::uint32_t bytes{};
  Position cursor{};
};
// What a subscription wants to see. The default is everything.
struct Filter {
  AreaCode area{};
  std::vector<EventType> types{};
  StreamId stream{};
};
struct Subscribe {
  Position from_exclusive{};
  Position until{};  // 0: live
  Filter filter{};
  Credit credit{};
  std::string consumer{};
};
struct Unsubscribe {};

struct Request {
  std::uint64_t number{};
  std::variant<Describe, Append, Lookup, Subscribe, Credit, Unsubscribe> what{};
};

struct Described {
  LogId log{};
  Epoch epoch{};
  Position head{};
  Instant recorded_at{};
  Sha256 root{};
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
  Bytes block{};  // empty: nothing in that range matched
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
  no_answer = 1000,  // said by the client itself: the log did not answer in time
};
struct Refused {
  RefusalCode code{};
  std::string message{};
  StreamId stream{};
  std::uint64_t actual{};
  std::uint32_t retry_after_ms{};
};
struct Ended {
  Refused why{};
};

struct Reply {
  std::uint64_t number{};
  std::variant<Described, Appended, Refused, Found, Batch, Ended> what{};
};

[[nodiscard]] Bytes encode(const Request& request);
[[nodiscard]] Bytes encode(const Reply& reply);
[[nodiscard]] Result<Request> decode_request(BytesView frame);
[[nodiscard]] Result<Reply> decode_reply(BytesView frame);

// What makes a retry the same request: SHA-256 over conditions and event bytes.
[[nodiscard]] Sha256 digest_of(const Append& append);

}  // namespace doorstep::wire
