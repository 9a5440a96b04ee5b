#include <string>

#include "common/wire/event_body.h"
#include "common/wire/event_codec.h"

namespace doorstep::wire {
namespace {

std::unexpected<Error> not_one_segment() {
  return failure(ErrorCode::invalid, "event: not one whole Cap'n Proto segment");
}

std::unexpected<Error> malformed(const kj::Exception& e) {
  return failure(ErrorCode::invalid, std::string{"event: malformed: "} + e.getDescription().cStr());
}

Envelope read_envelope(schema::Event::Reader from) {
  return {.id = read_id<EventId>(from.getId()),
          .type = static_cast<EventType>(from.getType()),
          .stream = {static_cast<StreamKind>(from.getStreamKind()), read_uuid(from.getStreamId())},
          .area = {from.getArea()},
          .happened_at = {from.getHappenedAt()},
          .actor = read_id<ActorId>(from.getActor()),
          .device = read_id<DeviceId>(from.getDevice()),
          .purpose = static_cast<Purpose>(from.getPurpose()),
          .causation = read_id<EventId>(from.getCausation()),
          .correlation = read_id<EventId>(from.getCorrelation()),
          .schema_version = from.getSchemaVersion()};
}

}  // namespace

Result<Envelope> decode_envelope(BytesView bytes) {
  const auto segment = only_segment(bytes);
  if (!segment) return not_one_segment();
  try {
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&*segment, 1), bounded(segment->size())};
    return read_envelope(reader.getRoot<schema::Event>());
  } catch (const kj::Exception& e) {
    return malformed(e);
  }
}

Result<Event> decode_event(BytesView bytes) {
  const auto segment = only_segment(bytes);
  if (!segment) return not_one_segment();
  Event event;
  try {
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&*segment, 1), bounded(segment->size())};
    const auto root = reader.getRoot<schema::Event>();
    event.envelope = read_envelope(root);
    try {
      event.body = read_body(event.envelope.type, root.getBody());
    } catch (const kj::Exception&) {
      event.body = Unknown{};
    }
  } catch (const kj::Exception& e) {
    return malformed(e);
  }
  return event;
}

}  // namespace doorstep::wire
