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

// Both fill in place, field by field: a reader decodes millions, and a copy of an event that was
// just written costs more than reading it.
void read_envelope(schema::Event::Reader from, Envelope& to) {
  to.id = read_id<EventId>(from.getId());
  to.type = static_cast<EventType>(from.getType());
  to.stream.kind = static_cast<StreamKind>(from.getStreamKind());
  to.stream.id = read_uuid(from.getStreamId());
  to.area = {from.getArea()};
  to.happened_at = {from.getHappenedAt()};
  to.actor = read_id<ActorId>(from.getActor());
  if (from.hasDevice()) to.device = read_id<DeviceId>(from.getDevice());
  to.purpose = static_cast<Purpose>(from.getPurpose());
  if (from.hasCausation()) to.causation = read_id<EventId>(from.getCausation());
  if (from.hasCorrelation()) to.correlation = read_id<EventId>(from.getCorrelation());
  to.schema_version = from.getSchemaVersion();
}

void read_event(schema::Event::Reader from, Event& to) {
  read_envelope(from, to.envelope);
  try {
    read_body(to.envelope.type, from.getBody(), to.body);
  } catch (const kj::Exception&) {
    to.body = Unknown{};
  }
}

// `read(root, to)` fills what is given back.
template <class To, class Read>
Result<To> decode(BytesView bytes, Read read) {
  Result<To> to{std::in_place};
  if (const auto segment = only_segment(bytes)) {
    try {
      capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&*segment, 1), bounded(segment->size())};
      read(reader.getRoot<schema::Event>(), *to);
    } catch (const kj::Exception& e) {
      to = malformed(e);
    }
  } else {
    to = not_one_segment();
  }
  return to;
}

}  // namespace

Result<Envelope> decode_envelope(BytesView bytes) { return decode<Envelope>(bytes, read_envelope); }
Result<Event> decode_event(BytesView bytes) { return decode<Event>(bytes, read_event); }
Result<Event> decode_whole(BytesView bytes) {
  return decode<Event>(bytes, [](schema::Event::Reader from, Event& to) {
    read_event(from, to);
    static_cast<void>(from.totalSize());
  });
}

}  // namespace doorstep::wire
