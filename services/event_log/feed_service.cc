#include "services/event_log/feed_service.h"

#include <algorithm>

namespace doorstep::event_log {
namespace {

constexpr int messages_per_step_max = 256;
constexpr std::uint32_t retry_after_ms = 1'000;

wire::Refused refused(wire::RefusalCode code, std::string message) {
  return {.code = code, .message = std::move(message)};
}

wire::Refused refused_for_now(wire::RefusalCode code, std::string message) {
  return {.code = code, .message = std::move(message), .retry_after_ms = retry_after_ms};
}

}  // namespace

FeedService::FeedService(Outside outside, Limits limits)
    : outside_{std::move(outside)},
      limits_{limits},
      reader_{outside_.store, outside_.tail},
      scan_{reader_, outside_.index, limits.scan},
      pace_{limits.pace} {}

Result<Work> FeedService::step(Now now) {
  outside_.news.floor.seen_by_feed(outside_.news.floor.position());
  Work work = Work::idle;
  const auto also = [&work](const Result<Work>& more) {
    if (more && *more == Work::done) work = Work::done;
    return more.has_value();
  };
  for (int i = 0; i < messages_per_step_max; ++i) {
    const auto message = outside_.feed.receive();
    if (!message) break;
    work = Work::done;
    handle(*message, now.monotonic);
    if (!broken_) return std::unexpected(broken_.error());
  }
  if (const auto some = serve_live(now.monotonic); !also(some)) return some;
  if (const auto some = serve_replays(now.monotonic); !also(some)) return some;
  remove_ended(now.monotonic);
  tell_who_needs_old_events(now.monotonic);
  return work;
}

void FeedService::drain() {
  draining_ = true;
  for (auto& [key, subscription] : subscriptions_) {
    if (subscription.is_over) continue;
    subscription.unsent.reset();  // the reader finds that batch again from its own position
    end(key, subscription, refused_for_now(wire::RefusalCode::draining, "the log is stopping"));
  }
}

void FeedService::handle(const Message& message, Milliseconds now) {
  const auto say = [&](std::uint64_t number, auto what) {
    static_cast<void>(
        outside_.feed.send(message.peer, wire::encode(wire::Reply{number, std::move(what)})));
  };
  auto request = wire::decode_request(message.bytes);
  if (!request) {
    say(wire::number_of_request(message.bytes),
        refused(wire::RefusalCode::invalid, request.error().message));
    return;
  }
  if (auto* wanted = std::get_if<wire::Subscribe>(&request->what)) {
    broken_ = subscribe(message, request->number, std::move(*wanted), now);
    return;
  }
  const auto found = subscriptions_.find({message.peer, request->number});
  if (const auto* credit = std::get_if<wire::Credit>(&request->what)) {
    // Credit for a subscription that has ended crosses its end: nothing to say.
    if (found != subscriptions_.end()) grant(found->second, *credit, now);
  } else if (std::holds_alternative<wire::Unsubscribe>(request->what)) {
    if (found == subscriptions_.end()) return;
    found->second.unsent.reset();
    found->second.is_over = true;
  } else if (std::holds_alternative<wire::AskConsumers>(request->what)) {
    if (may_list(message.peer, now)) {
      say(request->number, consumers(now));
    } else {
      say(request->number, refused_for_now(wire::RefusalCode::busy,
                                           "consumers: asked less than a second ago. Ask again"));
    }
  } else {
    say(request->number, refused(wire::RefusalCode::invalid, "this belongs to the cmd socket"));
  }
}

// An error: what the reader's root is compared with cannot be read.
Outcome FeedService::subscribe(const Message& message, std::uint64_t number, wire::Subscribe wanted,
                               Milliseconds now) {
  const Key key{message.peer, number};
  const bool is_known = subscriptions_.contains(key);
  auto why = refusal(message, wanted, is_known);
  if (!why) return std::unexpected(why.error());
  if (*why) {
    const wire::Reply reply{number, wire::Ended{std::move(**why)}};
    static_cast<void>(outside_.feed.send(message.peer, wire::encode(reply)));
    return {};
  }
  if (!is_known) ++per_account_[message.account];
  gone_.returned(message.account, wanted.consumer);
  Subscription subscription{.account = message.account,
                            .consumer = std::move(wanted.consumer),
                            .filter = std::move(wanted.filter),
                            .bare = wanted.bare,
                            .until = wanted.until,
                            .sent = wanted.from_exclusive,
                            .scanned = wanted.from_exclusive,
                            .last_sent = now};
  grant(subscription, wanted.credit, now);
  subscriptions_.insert_or_assign(key, std::move(subscription));
  return {};
}

Result<std::optional<wire::Refused>> FeedService::refusal(const Message& message,
                                                          const wire::Subscribe& wanted,
                                                          bool is_known) {
  using enum wire::RefusalCode;
  if (draining_) return refused_for_now(draining, "the log is stopping");
  const auto of_account = per_account_.find(message.account);
  const bool has_too_many = of_account != per_account_.end() &&
                            of_account->second >= limits_.subscriptions_per_account_max;
  if (!is_known && (has_too_many || subscriptions_.size() >= limits_.subscriptions_max)) {
    return refused_for_now(busy,
                           "subscribe: this account, or all together, have as many subscriptions "
                           "as they may");
  }
  return refusal_of(wanted,
                    {.log = outside_.log,
                     .epoch = outside_.epoch,
                     .head = outside_.tail.head(),
                     .floor = outside_.news.floor.position()},
                    outside_.root_at);
}

void FeedService::grant(Subscription& subscription, const wire::Credit& credit, Milliseconds now) {
  if (credit.kept && credit.kept != subscription.kept) {
    subscription.kept = credit.kept;
    kept_changed_ = true;
  }
  subscription.credit_events =
      std::min(subscription.credit_events + std::int64_t{credit.events}, limits_.credit_events_max);
  subscription.credit_bytes =
      std::min(subscription.credit_bytes + std::int64_t{credit.bytes}, limits_.credit_bytes_max);
  subscription.cursor = std::max(subscription.cursor, credit.cursor);
  subscription.last_heard = now;
}

// No credit counts these answers, and one who asks and does not read must not fill the memory.
bool FeedService::may_list(PeerId peer, Milliseconds now) {
  std::erase_if(listed_,
                [&](const auto& asked) { return now - asked.second >= limits_.list_every; });
  return listed_.emplace(peer, now).second;
}

wire::Consumers FeedService::consumers(Milliseconds now) const {
  const Position head = outside_.tail.head();
  wire::Consumers all;
  for (const auto& [key, subscription] : subscriptions_) {
    if (!subscription.is_over) all.readers.push_back(subscription.shown(head, now));
  }
  for (wire::Consumer& gone : gone_.list(now)) {
    gone.head = head;
    all.readers.push_back(std::move(gone));
  }
  return all;
}

// For those who want old events dropped. Whoever went away is forgotten after a while, so it is
// looked at again now and then.
void FeedService::tell_who_needs_old_events(Milliseconds now) {
  constexpr Milliseconds look_again_after{1'000};
  if (!kept_changed_ && now - needed_told_ < look_again_after) return;
  kept_changed_ = false;
  needed_told_ = now;
  std::optional<wire::Consumer> needed_by;
  for (wire::Consumer& reader : consumers(now).readers) {
    if (!reader.kept || (needed_by && *needed_by->kept <= *reader.kept)) continue;
    needed_by = std::move(reader);
  }
  outside_.news.floor.set_needed(std::move(needed_by));
}

// Everybody, from memory: whoever is near the head waits for no replay.
Result<Work> FeedService::serve_live(Milliseconds now) {
  Work work = Work::idle;
  for (auto& [key, subscription] : subscriptions_) {
    const auto advanced = advance(key, subscription, From::memory, now);
    if (!advanced) return advanced;
    if (*advanced == Work::done) work = Work::done;
  }
  return work;
}

// A few readers whose next block comes from the store, in turn.
Result<Work> FeedService::serve_replays(Milliseconds now) {
  const bool is_busy = outside_.news.load.is_busy(now);
  Work work = Work::idle;
  int left = is_busy ? 1 : limits_.replays_per_step;
  auto it = subscriptions_.upper_bound(last_replayed_);
  for (std::size_t looked_at = 0; looked_at < subscriptions_.size() && left > 0; ++looked_at) {
    if (it == subscriptions_.end()) it = subscriptions_.begin();
    const auto& [key, subscription] = *it;
    const bool is_waiting =
        !subscription.is_over && !subscription.unsent && subscription.has_credit() &&
        subscription.scanned < upto_of(subscription) && !is_in_memory(next(subscription.scanned));
    if (is_waiting) {
      if (!pace_.allows(is_busy, now)) return work;
      const std::uint64_t before = reader_.store_bytes();
      const auto advanced = advance(key, it->second, From::store, now);
      if (!advanced) return advanced;
      pace_.spend(reader_.store_bytes() - before);
      last_replayed_ = key;
      work = Work::done;
      --left;
    }
    ++it;
  }
  return work;
}

Position FeedService::upto_of(const Subscription& subscription) const {
  const Position head = outside_.tail.head();
  return subscription.is_live() ? head : std::min(head, subscription.until);
}

bool FeedService::is_in_memory(Position position) const {
  return outside_.tail.find(position) != nullptr;
}

// At most one batch, so that all readers get their turn.
Result<Work> FeedService::advance(const Key& key, Subscription& subscription, From from,
                                  Milliseconds now) {
  if (subscription.unsent) {
    send(key, subscription, *std::exchange(subscription.unsent, std::nullopt));
    return subscription.unsent ? Work::idle : Work::done;
  }
  if (subscription.is_over) return Work::idle;
  if (!subscription.is_live() && subscription.sent >= subscription.until) {
    end(key, subscription, refused(wire::RefusalCode::done, "all of it was sent"));
    return Work::done;
  }
  const Position floor = outside_.news.floor.position();
  if (subscription.scanned < floor) {
    end(key, subscription, below_floor(subscription.scanned, floor));
    return Work::done;
  }
  const bool has_more = subscription.has_credit() && subscription.scanned < upto_of(subscription);
  if (has_more && (from == From::store || is_in_memory(next(subscription.scanned)))) {
    const auto was_sent = scan(key, subscription, now);
    if (!was_sent) return std::unexpected(was_sent.error());
    if (*was_sent) return Work::done;
    const Work told = tell_of_progress(key, subscription, now);
    const bool goes_on =
        subscription.scanned < upto_of(subscription) && is_in_memory(next(subscription.scanned));
    return goes_on ? Work::done : told;
  }
  return tell_of_progress(key, subscription, now);
}

// True: a batch was sent. False: nothing matched in what was looked at.
Result<bool> FeedService::scan(const Key& key, Subscription& subscription, Milliseconds now) {
  auto scanned =
      scan_.scan(subscription.filter,
                 {.after = subscription.scanned,
                  .upto = upto_of(subscription),
                  .credit_events = static_cast<std::uint64_t>(subscription.credit_events),
                  .credit_bytes = static_cast<std::uint64_t>(subscription.credit_bytes),
                  .bare = subscription.bare},
                 subscription.walk);
  if (!scanned) {
    if (scanned.error().code == ErrorCode::damaged) {
      end(key, subscription,
          refused(wire::RefusalCode::damaged,
                  "the log is damaged and stops: " + scanned.error().message));
    }
    return std::unexpected(scanned.error());
  }
  if (scanned->block.empty()) {
    subscription.scanned = scanned->to;
    return false;
  }
  send_batch(key, subscription, std::move(*scanned), now);
  return true;
}

// An empty batch, where the reader should know how far nothing matched, or that the log is alive.
Work FeedService::tell_of_progress(const Key& key, Subscription& subscription, Milliseconds now) {
  const bool is_level = subscription.scanned == upto_of(subscription);
  const Milliseconds silence = now - subscription.last_sent;
  const bool has_news = subscription.scanned > subscription.sent;
  // A reader that has just reached the head, or starts there, is not left to wonder.
  const bool tell_at_once =
      is_level && (!subscription.was_level || (has_news && !subscription.is_live()));
  const Milliseconds patience = has_news ? limits_.empty_batch_every : limits_.sign_of_life_every;
  if (!tell_at_once && silence < patience) return Work::idle;
  subscription.was_level = subscription.was_level || is_level;
  send_batch(key, subscription, {.to = subscription.scanned}, now);
  return Work::done;
}

void FeedService::send_batch(const Key& key, Subscription& subscription, Scanned scanned,
                             Milliseconds now) {
  const Position head = outside_.tail.head();
  subscription.spend(scanned.events, scanned.block.size());
  wire::Batch batch{.number = ++subscription.batches,
                    .from_exclusive = subscription.sent,
                    .to_inclusive = scanned.to,
                    .head = head,
                    .block = std::move(scanned.block)};
  if (subscription.filter.is_everything()) {
    if (auto note = outside_.news.checkpoint.within(batch.from_exclusive, batch.to_inclusive,
                                                    subscription.checkpoint)) {
      subscription.checkpoint = note->size;
      batch.checkpoint = std::move(note->note);
    }
  }
  subscription.sent = scanned.to;
  subscription.scanned = scanned.to;
  subscription.last_sent = now;
  subscription.was_level = subscription.was_level || scanned.to == head;
  send(key, subscription, wire::encode(wire::Reply{key.second, std::move(batch)}));
}

void FeedService::end(const Key& key, Subscription& subscription, wire::Refused why) {
  subscription.is_over = true;
  send(key, subscription, wire::encode(wire::Reply{key.second, wire::Ended{std::move(why)}}));
}

void FeedService::send(const Key& key, Subscription& subscription, SharedBytes frame) {
  switch (outside_.feed.send_shared(key.first, frame)) {
    case Sent::sent:
      break;
    case Sent::full:
      subscription.unsent = std::move(frame);
      break;
    case Sent::gone:
      subscription.is_over = true;
      subscription.is_gone = true;
      break;
  }
}

// The log may notice later than the reader that a connection is gone.
bool FeedService::is_back(const Key& key, const Subscription& gone) const {
  return std::ranges::any_of(subscriptions_, [&](const auto& entry) {
    const auto& [other, subscription] = entry;
    return other != key && !subscription.is_over && subscription.account == gone.account &&
           subscription.consumer == gone.consumer;
  });
}

void FeedService::remove_ended(Milliseconds now) {
  for (auto it = subscriptions_.begin(); it != subscriptions_.end();) {
    Subscription& subscription = it->second;
    if (!subscription.is_over || subscription.unsent) {
      ++it;
      continue;
    }
    kept_changed_ = kept_changed_ || subscription.kept.has_value();
    if (subscription.is_gone && !is_back(it->first, subscription)) {
      gone_.add(subscription.shown(outside_.tail.head(), now), subscription.last_heard, now);
    }
    if (--per_account_[subscription.account] == 0) per_account_.erase(subscription.account);
    it = subscriptions_.erase(it);
  }
}

}  // namespace doorstep::event_log
