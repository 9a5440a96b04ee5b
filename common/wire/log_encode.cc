#include "common/wire/capnp_message.h"
#include "common/wire/log_protocol.h"
#include "schema/log.capnp.h"

namespace doorstep::wire {
namespace {

constexpr std::size_t words_of_parts = 64;  // any message without its lists, text and bytes

std::size_t list_words(std::size_t elements, std::size_t words_each) {
  return 1 + elements * words_each;
}

void write_stream(schema::StreamRef::Builder to, StreamId stream) {
  to.setKind(static_cast<std::uint16_t>(stream.kind));
  write_uuid_if(stream.id, [&] { return to.initId(); });
}

template <class Builder>
void copy_bytes(Builder to, BytesView bytes) {
  // Nothing has no address, and memcpy wants one.
  if (!bytes.empty()) std::memcpy(to.begin(), bytes.data(), bytes.size());
}

void write_credit(schema::Credit::Builder to, const Credit& credit) {
  to.setEvents(credit.events);
  to.setBytes(credit.bytes);
  to.setCursor(number(credit.cursor));
}

void write_append(schema::Append::Builder to, const Append& append) {
  DOORSTEP_ASSERT(append.events.size() <= append_events_max);
  write_uuid(to.initAppendId(), append.append_id.value);
  auto conditions = to.initConditions(static_cast<unsigned>(append.conditions.size()));
  for (unsigned i = 0; i < conditions.size(); ++i) {
    const Condition& condition = append.conditions[i];
    write_stream(conditions[i].initStream(), condition.stream);
    conditions[i].setExpect(static_cast<schema::Expectation>(condition.expect));
    conditions[i].setRevision(number(condition.revision));
  }
  auto events = to.initEvents(static_cast<unsigned>(append.events.size()));
  for (unsigned i = 0; i < events.size(); ++i) {
    const Bytes& event = append.events[i];
    copy_bytes(events.init(i, static_cast<unsigned>(event.size())), event);
  }
}

void write_subscribe(schema::Subscribe::Builder to, const Subscribe& subscribe) {
  to.setFromExclusive(number(subscribe.from_exclusive));
  to.setUntil(number(subscribe.until));
  to.setArea(subscribe.filter.area.value);
  auto types = to.initTypes(static_cast<unsigned>(subscribe.filter.types.size()));
  for (unsigned i = 0; i < types.size(); ++i) {
    types.set(i, static_cast<std::uint16_t>(subscribe.filter.types[i]));
  }
  if (!subscribe.filter.stream.is_none()) write_stream(to.initStream(), subscribe.filter.stream);
  write_credit(to.initCredit(), subscribe.credit);
  const std::string& consumer = subscribe.consumer;
  copy_into(to.initConsumer(static_cast<unsigned>(consumer.size())), consumer);
}

void write_appended(schema::Appended::Builder to, const Appended& appended) {
  to.setFirst(number(appended.first));
  to.setLast(number(appended.last));
  to.setDuplicate(appended.duplicate);
}

void write_refused(schema::Refused::Builder to, const Refused& refused) {
  DOORSTEP_ASSERT(refused.code != RefusalCode::no_answer);
  to.setCode(static_cast<schema::Refused::Code>(refused.code));
  copy_into(to.initMessage(static_cast<unsigned>(refused.message.size())), refused.message);
  if (!refused.stream.is_none()) write_stream(to.initStream(), refused.stream);
  to.setActual(refused.actual);
  to.setRetryAfterMs(refused.retry_after_ms);
}

void write_batch(schema::Batch::Builder to, const Batch& batch) {
  to.setNumber(batch.number);
  to.setFromExclusive(number(batch.from_exclusive));
  to.setToInclusive(number(batch.to_inclusive));
  to.setHead(number(batch.head));
  copy_bytes(to.initBlock(static_cast<unsigned>(batch.block.size())), batch.block);
}

std::size_t words_of(const Request& request) {
  if (const auto* append = std::get_if<Append>(&request.what)) {
    std::size_t words =
        list_words(append->conditions.size(), 8) + list_words(append->events.size(), 1);
    for (const Bytes& event : append->events) words += data_words(event.size());
    return words_of_parts + words;
  }
  if (const auto* subscribe = std::get_if<Subscribe>(&request.what)) {
    return words_of_parts + list_words(subscribe->filter.types.size(), 1) +
           text_words(subscribe->consumer);
  }
  return words_of_parts;
}

std::size_t words_of(const Reply& reply) {
  if (const auto* batch = std::get_if<Batch>(&reply.what)) {
    return words_of_parts + data_words(batch->block.size());
  }
  if (const auto* refused = std::get_if<Refused>(&reply.what)) {
    return words_of_parts + text_words(refused->message);
  }
  if (const auto* ended = std::get_if<Ended>(&reply.what)) {
    return words_of_parts + text_words(ended->why.message);
  }
  return words_of_parts;
}

Bytes finish_frame(MessageInPlace& message, FrameKind kind) {
  Bytes bytes = message.finish();
  write_frame_header(std::span{bytes}.first<frame_header_bytes>(), kind);
  return bytes;
}

}  // namespace

Bytes encode(const Request& request) {
  MessageInPlace message{frame_header_bytes, words_of(request)};
  auto to = message.init_root<schema::Request>();
  to.setNumber(request.number);
  std::visit(overloaded{
                 [&](const Describe&) { to.setDescribe(); },
                 [&](const Append& append) { write_append(to.initAppend(), append); },
                 [&](const Lookup& lookup) { write_uuid(to.initLookup(), lookup.append_id.value); },
                 [&](const Subscribe& s) { write_subscribe(to.initSubscribe(), s); },
                 [&](const Credit& credit) { write_credit(to.initCredit(), credit); },
                 [&](const Unsubscribe&) { to.setUnsubscribe(); },
             },
             request.what);
  return finish_frame(message, FrameKind::log_request);
}

Bytes encode(const Reply& reply) {
  MessageInPlace message{frame_header_bytes, words_of(reply)};
  auto to = message.init_root<schema::Reply>();
  to.setNumber(reply.number);
  std::visit(overloaded{
                 [&](const Described& described) {
                   auto d = to.initDescribed();
                   write_uuid(d.initLog(), described.log.value);
                   d.setEpoch(static_cast<std::uint64_t>(described.epoch));
                   d.setHead(number(described.head));
                   d.setRecordedAt(described.recorded_at.unix_ms);
                   copy_bytes(d.initRoot(static_cast<unsigned>(described.root.size())),
                              std::as_bytes(std::span{described.root}));
                 },
                 [&](const Appended& appended) { write_appended(to.initAppended(), appended); },
                 [&](const Refused& refused) { write_refused(to.initRefused(), refused); },
                 [&](const Found& found) {
                   auto f = to.initFound();
                   f.setPresent(found.appended.has_value());
                   if (!found.appended) return;
                   f.setFirst(number(found.appended->first));
                   f.setLast(number(found.appended->last));
                 },
                 [&](const Batch& batch) { write_batch(to.initBatch(), batch); },
                 [&](const Ended& ended) { write_refused(to.initEnded(), ended.why); },
             },
             reply.what);
  return finish_frame(message, FrameKind::log_reply);
}

Sha256 digest_of(const Append& append) {
  Hasher hasher;
  hasher.add("doorstep append").add(std::uint64_t{append.conditions.size()});
  for (const Condition& condition : append.conditions) {
    hasher.add(static_cast<std::uint64_t>(condition.stream.kind)).add(condition.stream.id);
    hasher.add(static_cast<std::uint64_t>(condition.expect)).add(number(condition.revision));
  }
  hasher.add(std::uint64_t{append.events.size()});
  for (const Bytes& event : append.events) {
    hasher.add(std::uint64_t{event.size()}).add(std::span<const std::byte>{event});
  }
  return hasher.finish();
}

}  // namespace doorstep::wire
