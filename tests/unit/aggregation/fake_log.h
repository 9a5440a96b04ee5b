// A log for one consumer, in memory: stamps what it is given, feeds it, takes appends. It keeps no
// promise of the real one except order and "this id is taken".
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "common/memory/memory_messages.h"
#include "common/wire/block_builder.h"
#include "common/wire/bundle.h"
#include "common/wire/event_codec.h"
#include "common/wire/log_protocol.h"
#include "tests/support/fold_spec.h"

namespace doorstep::aggregation {

class FakeLog {
 public:
  static constexpr std::size_t block_events = 16;

  explicit FakeLog(memory::MemoryNetwork& network)
      : cmd_{network.serve("cmd")}, feed_{network.serve("feed")} {}

  LogId id{{9, 9}};
  Epoch epoch{1};
  bool answers{true};
  std::optional<wire::RefusalCode> refuses_appends{};

  void add(Event event, Instant recorded_at) {
    if (event.envelope.id.is_nil()) event.envelope.id = {{0xe, records_.size() + 1}};
    records_.push_back({{.position = Position{records_.size() + 1}, .recorded_at = recorded_at},
                        wire::encode_event(event)});
  }
  [[nodiscard]] Position head() const { return Position{records_.size()}; }
  [[nodiscard]] std::vector<Recorded> recorded() const {
    std::vector<Recorded> all;
    for (const Stored& stored : records_) {
      all.push_back({stored.stamp, wire::decode_event(stored.event).value()});
    }
    return all;
  }
  // A log that lost its end: what the log never does, and what a restored backup may look like.
  void cut(std::size_t events) {
    records_.resize(events);
    reader_.reset();
  }

  void step(Instant now) {
    while (const auto message = bundled_.receive()) {
      if (answers) serve(*message, wire::decode_request(message->bytes).value(), now);
    }
    while (const auto message = feed_->receive()) {
      const auto request = wire::decode_request(message->bytes).value();
      if (const auto* subscribe = std::get_if<wire::Subscribe>(&request.what)) {
        if (const auto why = refusal(*subscribe)) {
          const wire::Reply reply{request.number, wire::Ended{{.code = *why, .message = "no"}}};
          EXPECT_EQ(feed_->send(message->peer, wire::encode(reply)), Sent::sent);
          continue;
        }
        reader_ = {message->peer, request.number, subscribe->from_exclusive, 0};
        send_batch();  // says where the head is, also where nothing is new
      }
    }
    while (reader_ && reader_->at < head()) send_batch();
  }

 private:
  struct Stored {
    Stamp stamp{};
    Bytes event{};
  };
  struct Reader {
    PeerId peer{};
    std::uint64_t number{};
    Position at{};
    std::uint64_t batches{};
  };

  [[nodiscard]] std::optional<wire::RefusalCode> refusal(const wire::Subscribe& wanted) const {
    const bool is_other_log = wanted.log != LogId{} && wanted.log != id;
    const bool is_other_epoch = wanted.epoch != Epoch{} && wanted.epoch != epoch;
    if (is_other_log || is_other_epoch) return wire::RefusalCode::epoch_changed;
    if (wanted.from_exclusive > head()) return wire::RefusalCode::ahead_of_log;
    return std::nullopt;
  }

  void serve(const Message& message, const wire::Request& request, Instant now) {
    wire::Reply reply{.number = request.number};
    if (std::holds_alternative<wire::Describe>(request.what)) {
      reply.what = wire::Described{.log = id, .epoch = epoch, .head = head()};
    } else if (const auto* append = std::get_if<wire::Append>(&request.what)) {
      reply.what = refuses_appends ? decltype(reply.what){wire::Refused{.code = *refuses_appends}}
                                   : decltype(reply.what){appended(*append, now)};
    }
    EXPECT_EQ(bundled_.send(message.peer, wire::encode(reply)), Sent::sent);
    bundled_.flush();
  }

  wire::Appended appended(const wire::Append& append, Instant now) {
    const auto [known, is_new] = appends_.try_emplace(append.append_id, next(head()));
    if (is_new) {
      const Position position = next(head());
      records_.push_back({{.position = position, .recorded_at = now}, append.events.at(0)});
    }
    return {known->second, known->second, !is_new};
  }

  void send_batch() {
    wire::BlockBuilder builder;
    Position to = reader_->at;
    while (to < head() && builder.events() < block_events) {
      const Stored& stored = records_[number(to)];
      builder.add(stored.stamp, stored.event);
      to = next(to);
    }
    wire::Batch batch{++reader_->batches, reader_->at, to, head(), {}, {}};
    if (builder.events() > 0) batch.block = builder.finish();
    const wire::Reply reply{reader_->number, std::move(batch)};
    reader_->at = to;
    if (feed_->send(reader_->peer, wire::encode(reply)) == Sent::gone) reader_.reset();
  }

  std::unique_ptr<Messages> cmd_;
  wire::BundledMessages bundled_{*cmd_};
  std::unique_ptr<Messages> feed_;
  std::vector<Stored> records_{};
  std::map<AppendId, Position> appends_{};
  std::optional<Reader> reader_{};
};

}  // namespace doorstep::aggregation
