// Builds the events that intake states: the envelope around a body.
#pragma once

#include "common/domain/event.h"

namespace doorstep::intake {

struct Statement {
  EventId id{};
  Instant happened_at{};
  ActorId actor{};
  DeviceId device{};
};

[[nodiscard]] inline Event event_of(const Statement& statement, StreamId stream, AreaCode area,
                                    Purpose purpose, Body body) {
  Event event;
  event.envelope = {.id = statement.id,
                    .type = type_of(body),
                    .stream = stream,
                    .area = area,
                    .happened_at = statement.happened_at,
                    .actor = statement.actor,
                    .device = statement.device,
                    .purpose = purpose};
  event.body = std::move(body);
  return event;
}

}  // namespace doorstep::intake
