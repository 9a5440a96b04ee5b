// Small words for tests of the log: events that need one line each, and requests made of them.
#pragma once

#include <vector>

#include "common/wire/event_codec.h"
#include "common/wire/log_protocol.h"

namespace doorstep::event_log {

template <class AnyId>
[[nodiscard]] AnyId id_of(std::uint64_t n) {
  return AnyId{{0x017f'b4a1'2c00'7000, 0x8000'0000'0000'0000 + n}};
}

[[nodiscard]] inline StreamId worker(std::uint64_t n) { return stream_of(id_of<WorkerId>(n)); }
[[nodiscard]] inline StreamId household(std::uint64_t n) {
  return stream_of(id_of<HouseholdId>(n));
}

inline constexpr AreaCode grid_1{431'224'100'001'00100};
inline constexpr AreaCode grid_2{431'224'100'001'00200};
inline constexpr AreaCode village{431'224'100'001'00000};

struct Said {
  StreamId stream{worker(1)};
  AreaCode area{grid_1};
};

// A worker reported in, said in any stream: the log reads no body.
[[nodiscard]] inline Bytes reported_in(std::uint64_t n, Said said = {}) {
  return wire::encode_event({.envelope = {.id = id_of<EventId>(n),
                                          .type = EventType::worker_reported_in,
                                          .stream = said.stream,
                                          .area = said.area,
                                          .happened_at = Instant{1},
                                          .purpose = Purpose::work},
                             .body = WorkerReportedIn{id_of<WorkerId>(1)}});
}
[[nodiscard]] inline Bytes stood_down(std::uint64_t n, Said said = {}) {
  return wire::encode_event({.envelope = {.id = id_of<EventId>(n),
                                          .type = EventType::worker_stood_down,
                                          .stream = said.stream,
                                          .area = said.area,
                                          .happened_at = Instant{1},
                                          .purpose = Purpose::work},
                             .body = WorkerStoodDown{id_of<WorkerId>(1)}});
}

[[nodiscard]] inline wire::Append append(std::uint64_t n, std::vector<Bytes> events,
                                         std::vector<wire::Condition> conditions = {}) {
  return {.append_id = id_of<AppendId>(n),
          .conditions = std::move(conditions),
          .events = std::move(events)};
}
[[nodiscard]] inline wire::Append append(std::uint64_t n) { return append(n, {reported_in(n)}); }

}  // namespace doorstep::event_log
