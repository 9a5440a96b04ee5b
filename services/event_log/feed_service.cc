#include "services/event_log/feed_service.h"

#include <algorithm>

namespace doorstep::event_log {
namespace {

constexpr int messages_per_step_max = 256;
constexpr int blocks_per_step_max = 64;
constexpr std::size_t consumer_bytes_max = 128;
constexpr std::size_t types_max = 256;
constexpr std::uint32_t retry_after_ms = 1'000;

wire::Refused refused(wire::RefusalCode code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

}  // namespace

FeedService::FeedService(Outside outside, StreamPositions positions, Limits limits)
    : outside_{outside},
      positions_{std::move(positions)},
      limits_{limits},
      reader_{outside.store, outside.tail},
      scan_{reader_, positions_, limits.scan} {}

Result<Work> FeedService::step(Now now) {
  Work work = Work::idle;
  for (int i = 0; i < messages_per_step_max; ++i) {
    const auto message = outside_.feed.receive();
    if (!message) break;
    work = Work::done;
    handle(*message, now.monotonic);
  }
  const auto caught_up = catch_up_positions();
  if (!caught_up) return caught_up;
  if (*caught_up == Work::done) work = Work::done;

  for (auto it = subscriptions_.begin(); it != subscriptions_.end();) {
    Subscription& subscription = it->second;
    const auto advanced = advance(it->first, subscription, now.monotonic);
    if (!advanced) return advanced;
    if (*advanced == Work::done) work = Work::done;
    if (subscription.is_over && !subscription.unsent) {
      if (--per_account_[subscription.account] == 0) per_account_.erase(subscription.account);
      it = subscriptions_.erase(it);
    } else {
      ++it;
    }
  }
  return work;
}

void FeedService::drain() {
  draining_ = true;
  for (auto& [key, subscription] : subscriptions_) {
    if (subscription.is_over) continue;
    auto why = refused(wire::RefusalCode::draining, "the log is stopping");
    why.retry_after_ms = retry_after_ms;
    subscription.unsent.reset();  // the reader finds that batch again from its own position
    end(key, subscription, std::move(why));
  }
}

void FeedService::handle(const Message& message, Milliseconds now) {
  const auto say = [&](std::uint64_t number, wire::Refused why) {
    static_cast<void>(
        outside_.feed.send(message.peer, wire::encode(wire::Reply{number, std::move(why)})));
  };
  auto request = wire::decode_request(message.bytes);
  if (!request) {
    say(0, refused(wire::RefusalCode::invalid, request.error().message));
    return;
  }
  if (auto* wanted = std::get_if<wire::Subscribe>(&request->what)) {
    subscribe(message, request->number, std::move(*wanted), now);
    return;
  }
  const auto found = subscriptions_.find({message.peer, request->number});
  if (const auto* credit = std::get_if<wire::Credit>(&request->what)) {
    // Credit for a subscription that has ended crosses its end: nothing to say.
    if (found != subscriptions_.end()) grant(found->second, *credit);
  } else if (std::holds_alternative<wire::Unsubscribe>(request->what)) {
    if (found == subscriptions_.end()) return;
    found->second.unsent.reset();
    found->second.is_over = true;
  } else {
    say(request->number, refused(wire::RefusalCode::invalid, "this belongs to the cmd socket"));
  }
}

void FeedService::subscribe(const Message& message, std::uint64_t number, wire::Subscribe wanted,
                            Milliseconds now) {
  using enum wire::RefusalCode;
  const Key key{message.peer, number};
  const auto refuse = [&](wire::Refused why) {
    const wire::Reply reply{number, wire::Ended{std::move(why)}};
    static_cast<void>(outside_.feed.send(message.peer, wire::encode(reply)));
  };
  if (draining_) {
    auto why = refused(draining, "the log is stopping");
    why.retry_after_ms = retry_after_ms;
    return refuse(std::move(why));
  }
  if (wanted.filter.types.size() > types_max || wanted.consumer.size() > consumer_bytes_max) {
    return refuse(refused(invalid, "subscribe: too many types, or too long a consumer's name"));
  }
  const Position head = outside_.tail.head();
  if (wanted.from_exclusive > head) {
    return refuse(
        refused(ahead_of_log, "subscribe: the reader has position " +
                                  std::to_string(doorstep::number(wanted.from_exclusive)) +
                                  ", the log ends at " + std::to_string(doorstep::number(head)) +
                                  ". The log was put back; the reader must start over from it"));
  }
  const auto old = subscriptions_.find(key);
  const std::size_t of_account = per_account_[message.account];
  if (old == subscriptions_.end() && (subscriptions_.size() >= limits_.subscriptions_max ||
                                      of_account >= limits_.subscriptions_per_account_max)) {
    auto why = refused(busy, "subscribe: this account has as many subscriptions as it may");
    why.retry_after_ms = retry_after_ms;
    return refuse(std::move(why));
  }
  if (old == subscriptions_.end()) ++per_account_[message.account];
  Subscription subscription{.account = message.account,
                            .consumer = std::move(wanted.consumer),
                            .filter = std::move(wanted.filter),
                            .until = wanted.until,
                            .sent = wanted.from_exclusive,
                            .scanned = wanted.from_exclusive,
                            .last_sent = now};
  grant(subscription, wanted.credit);
  subscriptions_.insert_or_assign(key, std::move(subscription));
}

void FeedService::grant(Subscription& subscription, const wire::Credit& credit) const {
  subscription.credit_events =
      std::min(subscription.credit_events + credit.events, limits_.credit_events_max);
  subscription.credit_bytes =
      std::min(subscription.credit_bytes + credit.bytes, limits_.credit_bytes_max);
  subscription.cursor = std::max(subscription.cursor, credit.cursor);
}

Result<Work> FeedService::catch_up_positions() {
  Work work = Work::idle;
  const Position head = outside_.tail.head();
  for (int i = 0; i < blocks_per_step_max && positions_.upto() < head; ++i) {
    work = Work::done;
    const Position wanted = next(positions_.upto());
    if (const auto recent = outside_.tail.find(wanted)) {
      for (const Heading& heading : recent->headings) positions_.add(heading.stream);
      continue;
    }
    const auto opened = reader_.open_with_headings(wanted);
    if (!opened) return std::unexpected(opened.error());
    for (const Heading& heading : (*opened)->headings) positions_.add(heading.stream);
  }
  return work;
}

// At most one batch, so that all readers get their turn.
Result<Work> FeedService::advance(const Key& key, Subscription& subscription, Milliseconds now) {
  if (subscription.unsent) {
    Bytes frame = *std::exchange(subscription.unsent, std::nullopt);
    send(key, subscription, std::move(frame));
    return subscription.unsent ? Work::idle : Work::done;
  }
  if (subscription.is_over) return Work::idle;
  const Position head =
      subscription.filter.stream.is_none() ? outside_.tail.head() : positions_.upto();
  const bool is_live = subscription.until == Position{};
  const Position upto = is_live ? head : std::min(head, subscription.until);
  if (!is_live && subscription.sent >= subscription.until) {
    end(key, subscription, refused(wire::RefusalCode::done, "all of it was sent"));
    return Work::done;
  }
  const bool has_credit = subscription.credit_events > 0 && subscription.credit_bytes > 0;
  if (has_credit && subscription.scanned < upto) {
    const auto was_sent = scan(key, subscription, upto, now);
    if (!was_sent) return std::unexpected(was_sent.error());
    if (*was_sent) return Work::done;
  }
  const bool is_level = subscription.scanned == upto;
  const Milliseconds silence = now - subscription.last_sent;
  const bool has_news = subscription.scanned > subscription.sent;
  // A reader that has just reached the head, or starts there, is not left to wonder.
  const bool tell_at_once = is_level && (!subscription.was_level || (has_news && !is_live));
  const Milliseconds patience = has_news ? limits_.empty_batch_every : limits_.sign_of_life_every;
  if (!tell_at_once && silence < patience) {
    return has_credit && !is_level ? Work::done : Work::idle;
  }
  subscription.was_level = subscription.was_level || is_level;
  send_batch(key, subscription, {.to = subscription.scanned}, now);
  return Work::done;
}

// True: a batch was sent. False: nothing matched in what was looked at.
Result<bool> FeedService::scan(const Key& key, Subscription& subscription, Position upto,
                               Milliseconds now) {
  auto scanned = scan_.scan(subscription.filter, {.after = subscription.scanned,
                                                  .upto = upto,
                                                  .credit_events = subscription.credit_events,
                                                  .credit_bytes = subscription.credit_bytes});
  if (!scanned) return std::unexpected(scanned.error());
  if (scanned->block.empty()) {
    subscription.scanned = scanned->to;
    return false;
  }
  send_batch(key, subscription, std::move(*scanned), now);
  return true;
}

void FeedService::send_batch(const Key& key, Subscription& subscription, Scanned scanned,
                             Milliseconds now) {
  const Position head = outside_.tail.head();
  subscription.credit_events -= std::min(subscription.credit_events, scanned.events);
  subscription.credit_bytes -=
      std::min<std::uint64_t>(subscription.credit_bytes, scanned.block.size());
  const wire::Reply reply{key.second, wire::Batch{.number = ++subscription.batches,
                                                  .from_exclusive = subscription.sent,
                                                  .to_inclusive = scanned.to,
                                                  .head = head,
                                                  .block = std::move(scanned.block)}};
  subscription.sent = scanned.to;
  subscription.scanned = scanned.to;
  subscription.last_sent = now;
  subscription.was_level = subscription.was_level || scanned.to == head;
  send(key, subscription, wire::encode(reply));
}

void FeedService::end(const Key& key, Subscription& subscription, wire::Refused why) {
  subscription.is_over = true;
  send(key, subscription, wire::encode(wire::Reply{key.second, wire::Ended{std::move(why)}}));
}

void FeedService::send(const Key& key, Subscription& subscription, Bytes frame) {
  switch (outside_.feed.send(key.first, frame)) {
    case Sent::sent:
      break;
    case Sent::full:
      subscription.unsent = std::move(frame);
      break;
    case Sent::gone:
      subscription.is_over = true;
      break;
  }
}

}  // namespace doorstep::event_log
