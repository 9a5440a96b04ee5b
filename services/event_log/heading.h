// What the log reads of an event, and what a filter asks of it. Pure.
#pragma once

#include <vector>

#include "common/domain/event.h"

namespace doorstep::event_log {

struct Heading {
  StreamId stream{};
  AreaCode area{};
  EventType type{};
};

// Since when records have which time of recording: all of a request have the same.
struct RecordedFrom {
  Position first{};
  Instant recorded_at{};
};

[[nodiscard]] inline Heading heading_of(const Envelope& envelope) {
  return {.stream = envelope.stream, .area = envelope.area, .type = envelope.type};
}

// Each part may be left open: no area, no stream, no types.
struct Wanted {
  AreaCode area{};
  StreamId stream{};
  const std::vector<EventType>& types;
};

[[nodiscard]] bool matches(const Wanted& wanted, const Heading& heading);

}  // namespace doorstep::event_log
