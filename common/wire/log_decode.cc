#include <string>

#include "common/wire/capnp_message.h"
#include "common/wire/log_protocol.h"
#include "common/wire/utf8.h"
#include "schema/log.capnp.h"

namespace doorstep::wire {
namespace {

constexpr std::uint64_t kept_not_said = 0xffff'ffff'ffff'ffff;

std::unexpected<Error> invalid(std::string message) {
  return failure(ErrorCode::invalid, std::move(message));
}

std::unexpected<Error> no_code(const std::string& what) {
  return invalid(what + " is neither 0 nor a code of 17 digits");
}

StreamId read_stream(schema::StreamRef::Reader from) {
  return {static_cast<StreamKind>(from.getKind()), read_uuid(from.getId())};
}

BytesView view_bytes(capnp::Data::Reader from) {
  return {reinterpret_cast<const std::byte*>(from.begin()), from.size()};
}

Bytes read_bytes(capnp::Data::Reader from) {
  const BytesView bytes = view_bytes(from);
  return {bytes.begin(), bytes.end()};
}

void take_event(std::vector<Bytes>& events, capnp::Data::Reader from) {
  events.push_back(read_bytes(from));
}
void take_event(std::vector<BytesView>& events, capnp::Data::Reader from) {
  events.push_back(view_bytes(from));
}

std::optional<Sha256> read_hash(capnp::Data::Reader from) {
  Sha256 hash{};
  if (from.size() != hash.size()) return std::nullopt;
  std::ranges::copy(from, hash.begin());
  return hash;
}

std::optional<Position> read_kept(std::uint64_t said) {
  return said == kept_not_said ? std::nullopt : std::optional{Position{said}};
}

Credit read_credit(schema::Credit::Reader from) {
  return {.events = from.getEvents(),
          .bytes = from.getBytes(),
          .cursor = Position{from.getCursor()},
          .kept = read_kept(from.getKept())};
}

std::vector<EventType> read_types(capnp::List<std::uint16_t>::Reader from) {
  std::vector<EventType> types;
  types.reserve(from.size());
  for (const std::uint16_t type : from) types.push_back(static_cast<EventType>(type));
  return types;
}

Result<Condition> read_condition(schema::Condition::Reader from) {
  if (from.getExpect() > schema::Expectation::NOTHING_AFTER) {
    return invalid("append: a condition of a kind that this program does not know");
  }
  if (from.getTypes().size() > condition_types_max) {
    return invalid("append: a condition may name at most " + std::to_string(condition_types_max) +
                   " types");
  }
  if (!is_code({from.getArea()})) return no_code("append: the area of a condition");
  return Condition{.stream = read_stream(from.getStream()),
                   .expect = static_cast<Expectation>(from.getExpect()),
                   .revision = Revision{from.getRevision()},
                   .after = Position{from.getAfter()},
                   .types = read_types(from.getTypes()),
                   .area = {from.getArea()}};
}

template <class AnyAppend>
Result<AnyAppend> read_append(schema::Append::Reader from) {
  AnyAppend append;
  append.append_id = read_id<AppendId>(from.getAppendId());
  const auto conditions = from.getConditions();
  const auto events = from.getEvents();
  if (events.size() > append_events_max) {
    return failure(ErrorCode::too_large, "append: at most " + std::to_string(append_events_max) +
                                             " events in one request. Split it");
  }
  if (conditions.size() > append_conditions_max) {
    return failure(ErrorCode::too_large, "append: at most " +
                                             std::to_string(append_conditions_max) +
                                             " conditions in one request. Split it");
  }
  append.conditions.reserve(conditions.size());
  for (const auto condition : conditions) {
    auto read = read_condition(condition);
    if (!read) return std::unexpected(read.error());
    append.conditions.push_back(*std::move(read));
  }
  append.events.reserve(events.size());
  for (const auto event : events) take_event(append.events, event);
  return append;
}

Result<Subscribe> read_subscribe(schema::Subscribe::Reader from) {
  Subscribe subscribe{.from_exclusive = Position{from.getFromExclusive()},
                      .until = Position{from.getUntil()},
                      .filter = {.area = {from.getArea()}, .stream = read_stream(from.getStream())},
                      .credit = read_credit(from.getCredit()),
                      .bare = from.getBare()};
  if (!is_code(subscribe.filter.area)) return no_code("subscribe: the area");
  if (from.getTypes().size() > filter_types_max) {
    return invalid("subscribe: at most " + std::to_string(filter_types_max) +
                   " types in the filter");
  }
  subscribe.filter.types = read_types(from.getTypes());
  const std::string_view consumer = view_of(from.getConsumer());
  if (consumer.size() > consumer_bytes_max || !is_utf8_text(consumer)) {
    return invalid("subscribe: the consumer's name must be text of at most " +
                   std::to_string(consumer_bytes_max) + " bytes");
  }
  subscribe.consumer = consumer;
  subscribe.log = read_id<LogId>(from.getLog());
  subscribe.epoch = Epoch{from.getEpoch()};
  if (from.getRoot().size() > 0) {
    const auto root = read_hash(from.getRoot());
    if (!root) return invalid("subscribe: the root is not 32 bytes");
    subscribe.root = *root;
  }
  return subscribe;
}

Refused read_refused(schema::Refused::Reader from) {
  return {.code = static_cast<RefusalCode>(from.getCode()),
          .message = std::string{view_of(from.getMessage())},
          .stream = read_stream(from.getStream()),
          .actual = from.getActual(),
          .retry_after_ms = from.getRetryAfterMs(),
          .position = Position{from.getPosition()}};
}

Result<Described> read_described(schema::Described::Reader from) {
  Described described{.log = read_id<LogId>(from.getLog()),
                      .epoch = Epoch{from.getEpoch()},
                      .head = Position{from.getHead()},
                      .recorded_at = {from.getRecordedAt()},
                      .floor = Position{from.getFloor()}};
  const auto root = read_hash(from.getRoot());
  if (!root) return invalid("described: the root is not 32 bytes");
  described.root = *root;
  return described;
}

Found read_found(schema::Found::Reader from) {
  if (!from.getPresent()) return {};
  return {Appended{
      .first = Position{from.getFirst()}, .last = Position{from.getLast()}, .duplicate = true}};
}

Batch read_batch(schema::Batch::Reader from, const SharedBytes& frame) {
  return {.number = from.getNumber(),
          .from_exclusive = Position{from.getFromExclusive()},
          .to_inclusive = Position{from.getToInclusive()},
          .head = Position{from.getHead()},
          .block = frame.part(view_bytes(from.getBlock())),
          .checkpoint = std::string{view_of(from.getCheckpoint())}};
}

Result<Proof> read_proof(schema::Proof::Reader from) {
  const auto hashes = from.getHashes();
  if (hashes.size() % sizeof(Sha256) != 0) return invalid("proof: its hashes are cut off");
  Proof proof{.size = from.getSize(),
              .record = read_bytes(from.getRecord()),
              .checkpoint = std::string{view_of(from.getCheckpoint())}};
  proof.hashes.resize(hashes.size() / sizeof(Sha256));
  for (std::size_t i = 0; i < proof.hashes.size(); ++i) {
    std::copy_n(hashes.begin() + i * sizeof(Sha256), sizeof(Sha256), proof.hashes[i].begin());
  }
  return proof;
}

Consumers read_consumers(capnp::List<schema::Consumer>::Reader from) {
  Consumers consumers;
  consumers.readers.reserve(from.size());
  for (const auto reader : from) {
    consumers.readers.push_back(
        {.account = std::string{view_of(reader.getAccount())},
         .name = std::string{view_of(reader.getName())},
         .cursor = Position{reader.getCursor()},
         .sent = Position{reader.getSent()},
         .head = Position{reader.getHead()},
         .credit_events = reader.getCreditEvents(),
         .credit_bytes = reader.getCreditBytes(),
         .silent = Milliseconds{static_cast<std::int64_t>(reader.getSilentMs())},
         .connected = reader.getConnected(),
         .kept = read_kept(reader.getKept())});
  }
  return consumers;
}

// The message with this part, or the part's error.
template <class Message, class Part>
Result<Message> with(std::uint64_t number, Result<Part> part) {
  Result<Message> message;
  if (part) {
    message->number = number;
    message->what.template emplace<Part>(std::move(*part));
  } else {
    message = std::unexpected(std::move(part.error()));
  }
  return message;
}

template <class AnyAppend>
Result<RequestWith<AnyAppend>> read_request(schema::Request::Reader from) {
  using Request = RequestWith<AnyAppend>;
  Request request{.number = from.getNumber()};
  switch (from.which()) {
    case schema::Request::DESCRIBE:
      request.what = Describe{};
      return request;
    case schema::Request::APPEND:
      return with<Request>(request.number, read_append<AnyAppend>(from.getAppend()));
    case schema::Request::LOOKUP:
      request.what = Lookup{read_id<AppendId>(from.getLookup())};
      return request;
    case schema::Request::SUBSCRIBE:
      return with<Request>(request.number, read_subscribe(from.getSubscribe()));
    case schema::Request::CREDIT:
      request.what = read_credit(from.getCredit());
      return request;
    case schema::Request::UNSUBSCRIBE:
      request.what = Unsubscribe{};
      return request;
    case schema::Request::CHECKPOINT:
      request.what = AskCheckpoint{};
      return request;
    case schema::Request::PROVE: {
      const auto prove = from.getProve();
      request.what = Prove{.position = Position{prove.getPosition()},
                           .old = prove.getOld(),
                           .size = prove.getSize()};
      return request;
    }
    case schema::Request::CONSUMERS:
      request.what = AskConsumers{};
      return request;
    case schema::Request::MOVE_FLOOR:
      request.what = MoveFloor{Position{from.getMoveFloor().getPosition()}};
      return request;
  }
  return invalid("a request that this program does not know");
}

Result<Reply> read_reply(schema::Reply::Reader from, const SharedBytes& frame) {
  Reply reply{.number = from.getNumber()};
  switch (from.which()) {
    case schema::Reply::DESCRIBED:
      return with<Reply>(reply.number, read_described(from.getDescribed()));
    case schema::Reply::APPENDED: {
      const auto appended = from.getAppended();
      reply.what = Appended{.first = Position{appended.getFirst()},
                            .last = Position{appended.getLast()},
                            .duplicate = appended.getDuplicate()};
      return reply;
    }
    case schema::Reply::REFUSED:
      reply.what = read_refused(from.getRefused());
      return reply;
    case schema::Reply::FOUND:
      reply.what = read_found(from.getFound());
      return reply;
    case schema::Reply::BATCH:
      reply.what = read_batch(from.getBatch(), frame);
      return reply;
    case schema::Reply::ENDED:
      reply.what = Ended{read_refused(from.getEnded())};
      return reply;
    case schema::Reply::CHECKPOINT:
      reply.what = CheckpointNote{std::string{view_of(from.getCheckpoint())}};
      return reply;
    case schema::Reply::PROOF:
      return with<Reply>(reply.number, read_proof(from.getProof()));
    case schema::Reply::CONSUMERS:
      reply.what = read_consumers(from.getConsumers());
      return reply;
    case schema::Reply::FLOOR_MOVED:
      reply.what = FloorMoved{Position{from.getFloorMoved().getPosition()}};
      return reply;
  }
  return invalid("a reply that this program does not know");
}

}  // namespace

Result<Request> decode_request(BytesView frame) {
  return read_frame<schema::Request, Request>(frame, FrameKind::log_request, read_request<Append>);
}

Result<RequestView> view_request(BytesView frame) {
  // Else the frame would be copied, and the view be one of the copy.
  DOORSTEP_ASSERT(is_aligned(frame));
  return read_frame<schema::Request, RequestView>(frame, FrameKind::log_request,
                                                  read_request<AppendView>);
}

std::uint64_t number_of_request(BytesView frame) {
  const auto read = [](schema::Request::Reader from) -> Result<std::uint64_t> {
    return from.getNumber();
  };
  return read_frame<schema::Request, std::uint64_t>(frame, FrameKind::log_request, read)
      .value_or(0);
}

Result<Reply> decode_reply(const SharedBytes& frame) {
  DOORSTEP_ASSERT(is_aligned(frame));
  return read_frame<schema::Reply, Reply>(
      frame, FrameKind::log_reply,
      [&frame](schema::Reply::Reader from) { return read_reply(from, frame); });
}

}  // namespace doorstep::wire
