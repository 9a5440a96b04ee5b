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

void write_hash(capnp::Data::Builder to, const Sha256& hash) {
  copy_bytes(to, std::as_bytes(std::span{hash}));
}

void write_credit(schema::Credit::Builder to, const Credit& credit) {
  to.setEvents(credit.events);
  to.setBytes(credit.bytes);
  to.setCursor(number(credit.cursor));
  if (credit.kept) to.setKept(number(*credit.kept));
}

void write_types(capnp::List<std::uint16_t>::Builder to, const std::vector<EventType>& types) {
  for (unsigned i = 0; i < types.size(); ++i) to.set(i, static_cast<std::uint16_t>(types[i]));
}

template <class AnyAppend>
void write_append(schema::Append::Builder to, const AnyAppend& append) {
  DOORSTEP_ASSERT(append.events.size() <= append_events_max);
  write_uuid(to.initAppendId(), append.append_id.value);
  auto conditions = to.initConditions(static_cast<unsigned>(append.conditions.size()));
  for (unsigned i = 0; i < conditions.size(); ++i) {
    const Condition& condition = append.conditions[i];
    write_stream(conditions[i].initStream(), condition.stream);
    conditions[i].setExpect(static_cast<schema::Expectation>(condition.expect));
    conditions[i].setRevision(number(condition.revision));
    if (condition.expect != Expectation::nothing_after) continue;
    conditions[i].setAfter(number(condition.after));
    conditions[i].setArea(condition.area.value);
    write_types(conditions[i].initTypes(static_cast<unsigned>(condition.types.size())),
                condition.types);
  }
  auto events = to.initEvents(static_cast<unsigned>(append.events.size()));
  for (unsigned i = 0; i < events.size(); ++i) {
    const BytesView event = append.events[i];
    copy_bytes(events.init(i, static_cast<unsigned>(event.size())), event);
  }
}

void write_subscribe(schema::Subscribe::Builder to, const Subscribe& subscribe) {
  to.setFromExclusive(number(subscribe.from_exclusive));
  to.setUntil(number(subscribe.until));
  to.setArea(subscribe.filter.area.value);
  write_types(to.initTypes(static_cast<unsigned>(subscribe.filter.types.size())),
              subscribe.filter.types);
  if (!subscribe.filter.stream.is_none()) write_stream(to.initStream(), subscribe.filter.stream);
  write_credit(to.initCredit(), subscribe.credit);
  const std::string& consumer = subscribe.consumer;
  copy_into(to.initConsumer(static_cast<unsigned>(consumer.size())), consumer);
  write_uuid_if(subscribe.log.value, [&] { return to.initLog(); });
  to.setEpoch(static_cast<std::uint64_t>(subscribe.epoch));
  if (subscribe.root) write_hash(to.initRoot(sizeof(Sha256)), *subscribe.root);
  to.setBare(subscribe.bare);
}

void write_proof(schema::Proof::Builder to, const Proof& proof) {
  to.setSize(proof.size);
  copy_bytes(to.initHashes(static_cast<unsigned>(proof.hashes.size() * sizeof(Sha256))),
             std::as_bytes(std::span{proof.hashes}));
  copy_bytes(to.initRecord(static_cast<unsigned>(proof.record.size())), proof.record);
  copy_into(to.initCheckpoint(static_cast<unsigned>(proof.checkpoint.size())), proof.checkpoint);
}

void write_consumers(capnp::List<schema::Consumer>::Builder to, const Consumers& consumers) {
  for (unsigned i = 0; i < to.size(); ++i) {
    const Consumer& reader = consumers.readers[i];
    copy_into(to[i].initAccount(static_cast<unsigned>(reader.account.size())), reader.account);
    copy_into(to[i].initName(static_cast<unsigned>(reader.name.size())), reader.name);
    to[i].setCursor(number(reader.cursor));
    to[i].setSent(number(reader.sent));
    to[i].setHead(number(reader.head));
    to[i].setCreditEvents(reader.credit_events);
    to[i].setCreditBytes(reader.credit_bytes);
    to[i].setSilentMs(static_cast<std::uint64_t>(reader.silent.count()));
    to[i].setConnected(reader.connected);
    if (reader.kept) to[i].setKept(number(*reader.kept));
  }
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
  to.setPosition(number(refused.position));
}

void write_batch(schema::Batch::Builder to, const Batch& batch) {
  to.setNumber(batch.number);
  to.setFromExclusive(number(batch.from_exclusive));
  to.setToInclusive(number(batch.to_inclusive));
  to.setHead(number(batch.head));
  copy_bytes(to.initBlock(static_cast<unsigned>(batch.block.size())), batch.block);
  if (batch.checkpoint.empty()) return;
  copy_into(to.initCheckpoint(static_cast<unsigned>(batch.checkpoint.size())), batch.checkpoint);
}

template <class AnyAppend>
std::size_t words_of(const RequestWith<AnyAppend>& request) {
  if (const auto* append = std::get_if<AnyAppend>(&request.what)) {
    std::size_t words =
        list_words(append->conditions.size(), 12) + list_words(append->events.size(), 1);
    for (const BytesView event : append->events) words += data_words(event.size());
    for (const Condition& condition : append->conditions) {
      words += list_words(condition.types.size(), 1);
    }
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
    return words_of_parts + data_words(batch->block.size()) + text_words(batch->checkpoint);
  }
  if (const auto* proof = std::get_if<Proof>(&reply.what)) {
    return words_of_parts + data_words(proof->hashes.size() * sizeof(Sha256)) +
           data_words(proof->record.size()) + text_words(proof->checkpoint);
  }
  if (const auto* consumers = std::get_if<Consumers>(&reply.what)) {
    std::size_t words = words_of_parts + list_words(consumers->readers.size(), 16);
    for (const Consumer& reader : consumers->readers) {
      words += text_words(reader.account) + text_words(reader.name);
    }
    return words;
  }
  if (const auto* checkpoint = std::get_if<CheckpointNote>(&reply.what)) {
    return words_of_parts + text_words(checkpoint->note);
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

template <class AnyAppend>
Bytes encode_request(const RequestWith<AnyAppend>& request) {
  MessageInPlace message{frame_header_bytes, words_of(request)};
  auto to = message.init_root<schema::Request>();
  to.setNumber(request.number);
  std::visit(overloaded{
                 [&](const Describe&) { to.setDescribe(); },
                 [&](const AnyAppend& append) { write_append(to.initAppend(), append); },
                 [&](const Lookup& lookup) { write_uuid(to.initLookup(), lookup.append_id.value); },
                 [&](const Subscribe& s) { write_subscribe(to.initSubscribe(), s); },
                 [&](const Credit& credit) { write_credit(to.initCredit(), credit); },
                 [&](const Unsubscribe&) { to.setUnsubscribe(); },
                 [&](const AskCheckpoint&) { to.setCheckpoint(); },
                 [&](const Prove& prove) {
                   auto p = to.initProve();
                   p.setPosition(number(prove.position));
                   p.setOld(prove.old);
                   p.setSize(prove.size);
                 },
                 [&](const AskConsumers&) { to.setConsumers(); },
                 [&](const MoveFloor& move) { to.initMoveFloor().setPosition(number(move.floor)); },
             },
             request.what);
  return finish_frame(message, FrameKind::log_request);
}

}  // namespace

Bytes encode(const Request& request) { return encode_request(request); }
Bytes encode(const RequestView& request) { return encode_request(request); }

Bytes encode(const Reply& reply) {
  MessageInPlace message{frame_header_bytes, words_of(reply)};
  auto to = message.init_root<schema::Reply>();
  to.setNumber(reply.number);
  std::visit(
      overloaded{
          [&](const Described& described) {
            auto d = to.initDescribed();
            write_uuid(d.initLog(), described.log.value);
            d.setEpoch(static_cast<std::uint64_t>(described.epoch));
            d.setHead(number(described.head));
            d.setRecordedAt(described.recorded_at.unix_ms);
            write_hash(d.initRoot(sizeof(Sha256)), described.root);
            d.setFloor(number(described.floor));
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
          [&](const CheckpointNote& checkpoint) {
            const std::string& note = checkpoint.note;
            copy_into(to.initCheckpoint(static_cast<unsigned>(note.size())), note);
          },
          [&](const Proof& proof) { write_proof(to.initProof(), proof); },
          [&](const Consumers& consumers) {
            write_consumers(to.initConsumers(static_cast<unsigned>(consumers.readers.size())),
                            consumers);
          },
          [&](const FloorMoved& moved) { to.initFloorMoved().setPosition(number(moved.floor)); },
      },
      reply.what);
  return finish_frame(message, FrameKind::log_reply);
}

namespace {

template <class Hash>
auto hash_of(Hash& hasher, std::span<const Condition> conditions,
             std::span<const BytesView> events) {
  hasher.add("doorstep append").add(std::uint64_t{conditions.size()});
  for (const Condition& condition : conditions) {
    hasher.add(static_cast<std::uint64_t>(condition.stream.kind)).add(condition.stream.id);
    hasher.add(static_cast<std::uint64_t>(condition.expect)).add(number(condition.revision));
    if (condition.expect != Expectation::nothing_after) continue;
    hasher.add(number(condition.after)).add(condition.area.value);
    hasher.add(std::uint64_t{condition.types.size()});
    for (const EventType type : condition.types) hasher.add(static_cast<std::uint64_t>(type));
  }
  hasher.add(std::uint64_t{events.size()});
  for (const BytesView event : events) hasher.add(std::uint64_t{event.size()}).add(event);
  return hasher.finish();
}

}  // namespace

RequestDigest digest_of(Checksum& checksum, std::span<const Condition> conditions,
                        std::span<const BytesView> events) {
  RequestDigest digest{};
  std::ranges::copy(hash_of(checksum, conditions, events), digest.begin());
  return digest;
}

RequestDigest digest_of(const AppendView& append) {
  Checksum checksum;
  return digest_of(checksum, append.conditions, append.events);
}

RequestDigest sha_digest_of(const AppendView& append) {
  Hasher hasher;
  return hash_of(hasher, append.conditions, append.events);
}

}  // namespace doorstep::wire
