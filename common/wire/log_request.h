// What is said to the event log, as values (schema/log.capnp).
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

inline constexpr std::size_t frame_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t append_events_max = 4096;  // in one request
inline constexpr std::size_t append_conditions_max = 256;
inline constexpr std::size_t condition_types_max = 64;
inline constexpr std::size_t filter_types_max = 256;
inline constexpr std::size_t consumer_bytes_max = 128;  // of a reader's name

enum class Expectation : std::uint16_t { any, none, exists, exact, nothing_after };

struct Condition {
  StreamId stream{};
  Expectation expect{};
  Revision revision{};  // of the stream's last event, with `exact`
  // With `nothing_after`: no event after this position matches types, area and stream, of which
  // each may be left open.
  Position after{};
  std::vector<EventType> types{};
  AreaCode area{};
};

struct Describe {};
struct Append {
  AppendId append_id{};
  std::vector<Condition> conditions{};
  std::vector<Bytes> events{};
};
// An append as it lies in its frame: its events are views into that.
struct AppendView {
  AppendId append_id{};
  std::vector<Condition> conditions{};
  std::vector<BytesView> events{};

  AppendView() = default;
  // A view of `append`, which must outlive it; implicit, as std::string_view of std::string is.
  AppendView(const Append& append)  // NOLINT(google-explicit-constructor)
      : append_id{append.append_id},
        conditions{append.conditions},
        events{append.events.begin(), append.events.end()} {}
};
struct Lookup {
  AppendId append_id{};
};
struct Credit {
  std::uint32_t events{};
  std::uint32_t bytes{};
  Position cursor{};
  std::optional<Position> kept{};  // on disk: the next start asks for what comes after
};
// What a subscription wants to see. The default is everything.
struct Filter {
  AreaCode area{};
  std::vector<EventType> types{};
  StreamId stream{};

  // It leaves nothing out.
  [[nodiscard]] bool is_everything() const {
    return !area.is_known() && stream.is_none() && types.empty();
  }
};
struct Subscribe {
  Position from_exclusive{};
  Position until{};  // 0: live
  Filter filter{};
  Credit credit{};
  std::string consumer{};
  // Which history the reader has up to from_exclusive; nil, 0 and nullopt: it does not care.
  LogId log{};
  Epoch epoch{};
  std::optional<Sha256> root{};
  bool bare{};  // blocks may come without their append requests
};
struct Unsubscribe {};
struct AskCheckpoint {};
// With a position: that its record is in the tree of `size`. Without: that the tree of `old` is a
// beginning of it. Size 0: that of the newest checkpoint.
struct Prove {
  Position position{};
  std::uint64_t old{};
  std::uint64_t size{};
};
struct AskConsumers {};
struct MoveFloor {
  Position floor{};
};

template <class AnyAppend>
struct RequestWith {
  std::uint64_t number{};
  std::variant<Describe, AnyAppend, Lookup, Subscribe, Credit, Unsubscribe, AskCheckpoint, Prove,
               AskConsumers, MoveFloor>
      what{};
};
using Request = RequestWith<Append>;
using RequestView = RequestWith<AppendView>;

}  // namespace doorstep::wire
