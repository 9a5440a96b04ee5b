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

std::unexpected<Error> unknown_layout(unsigned layout) {
  return failure(ErrorCode::invalid, "event: of layout " + std::to_string(layout) +
                                         ", which is newer than this program");
}

// Both fill in place, field by field: a reader decodes millions, and a copy of an event that was
// just written costs more than reading it.
template <class From>
void read_envelope(const From& from, Envelope& to) {
  to.id = read_id<EventId>(from.getId());
  to.type = static_cast<EventType>(from.getType());
  to.stream.kind = static_cast<StreamKind>(from.getStreamKind());
  to.stream.id = read_uuid(from.getStreamId());
  to.area = {from.getArea()};
  to.happened_at = {from.getHappenedAt()};
  to.actor = read_id<ActorId>(from.getActor());
  to.device = read_id<DeviceId>(from.getDevice());
  to.purpose = static_cast<Purpose>(from.getPurpose());
  if (from.hasCausation()) to.causation = read_id<EventId>(from.getCausation());
  if (from.hasCorrelation()) to.correlation = read_id<EventId>(from.getCorrelation());
  to.schema_version = from.getSchemaVersion();
}

template <class Layout>
void read_event(const typename Layout::Event::Reader& from, Event& to) {
  read_envelope(from, to.envelope);
  try {
    read_body<Layout>(to.envelope.type, from.getBody(), to.body);
  } catch (const kj::Exception&) {
    to.body = Unknown{};
  }
}

// `read(layout, root, to)` fills what is given back, and what was made of `empty`: a whole Event{}
// would be cleared first, with the room of its largest body.
template <class To, class Read, class... Empty>
Result<To> decode(BytesView bytes, Read read, const Empty&... empty) {
  Result<To> to{std::in_place, empty...};
  const auto segment = only_segment(bytes);
  if (!segment) {
    to = not_one_segment();
    return to;
  }
  try {
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&*segment, 1), bounded(segment->size())};
    const auto root = reader.getRoot<schema::Event>();
    if (root.getLayout() == event_layout) {
      read(Layout1{}, root, *to);
    } else if (root.getLayout() == 0) {
      read(Layout0{}, reader.getRoot<schema::layout0::Event>(), *to);
    } else {
      to = unknown_layout(root.getLayout());
    }
  } catch (const kj::Exception& e) {
    to = malformed(e);
  }
  return to;
}

}  // namespace

Result<Envelope> decode_envelope(BytesView bytes) {
  return decode<Envelope>(bytes,
                          [](auto, const auto& root, Envelope& to) { read_envelope(root, to); });
}
Result<Event> decode_event(BytesView bytes) {
  return decode<Event>(
      bytes,
      []<class Layout>(Layout, const auto& root, Event& to) { read_event<Layout>(root, to); },
      Envelope{}, Unknown{});
}
Result<Event> decode_whole(BytesView bytes) {
  return decode<Event>(
      bytes,
      []<class Layout>(Layout, const auto& root, Event& to) {
        read_event<Layout>(root, to);
        static_cast<void>(root.totalSize());
      },
      Envelope{}, Unknown{});
}

}  // namespace doorstep::wire
