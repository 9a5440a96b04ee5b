#include "common/runtime/log_follower.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::runtime {

namespace {

constexpr int replies_per_step_max = 256;
// Blocks are opened as they come in; the next ones wait in the socket, so that these are still in
// the processor's cache when they are read.
constexpr std::size_t bytes_per_step_max = 64 * 1024;
// How far a server may overshoot the credit: the last block that it sends for it may be a large
// one.
constexpr std::size_t overshoot_bytes_max = wire::frame_bytes_max;
constexpr Milliseconds resubscribe_after_least{100};

bool is_passing(wire::RefusalCode code) {
  return code == wire::RefusalCode::busy || code == wire::RefusalCode::draining;
}

// Every position of the range once.
bool is_dense(const FeedBatch& batch) {
  Position at = batch.from_exclusive;
  for (const wire::Record& record : batch.records()) {
    if (record.stamp.position != next(at)) return false;
    at = record.stamp.position;
  }
  return at == batch.to_inclusive;
}

}  // namespace

std::span<const wire::Record> FeedBatch::records() const {
  if (!block) return {};
  // A stored block that is sent whole may begin before the range: the reader has these already.
  auto all = block->records();
  const auto from = std::ranges::partition_point(
      all, [this](const wire::Record& record) { return record.stamp.position <= from_exclusive; });
  return all.subspan(static_cast<std::size_t>(from - all.begin()));
}

struct LogFollower::Subscription {
  struct Waiting {
    FeedBatch batch{};
    std::size_t bytes{};
    std::optional<Cursor> cursor{};  // after it
  };

  Settings settings{};
  Position taken{};  // by next()
  std::optional<Cursor> taken_cursor{};
  std::optional<Cursor> received_cursor{};
  Position received{};          // in order, waiting or taken
  Position head{};              // as last heard
  std::uint64_t number{};       // of this attempt; 0: not subscribed
  std::uint64_t connection{};   // that it was made on
  std::uint64_t next_batch{1};  // what the server must count next
  std::deque<Waiting> waiting{};
  std::size_t waiting_bytes{};
  std::size_t waiting_events{};
  std::uint64_t used_events{};  // of the credit: taken, not granted again yet
  std::uint64_t used_bytes{};
  Milliseconds heard{};                // what silence is measured from
  std::optional<Milliseconds> said{};  // when the server last said something about it
  Milliseconds not_before{};           // do not subscribe again before
  Position reported{};                 // what the server was told of `taken`
  std::optional<Position> reported_kept{};
  Milliseconds reported_at{};
  bool heard_head{};
  std::optional<wire::Refused> ended{};

  // Half of the credit is free. While it is not, silence is our own doing.
  [[nodiscard]] bool has_room() const {
    return waiting_events <= settings.credit_events / 2 &&
           waiting_bytes <= settings.credit_bytes / 2;
  }
};

struct LogFollower::Subscriptions {
  std::uint64_t next_number{1};
  std::uint64_t next_id{1};
  std::map<FollowId, Subscription> by_id{};
  std::vector<std::uint64_t> to_end{};  // numbers of attempts that are over for us
};

LogFollower::LogFollower(Messages& feed)
    : feed_{feed}, subscriptions_{std::make_unique<Subscriptions>()} {}
LogFollower::~LogFollower() = default;

FollowId LogFollower::follow(Settings settings) {
  const FollowId id{subscriptions_->next_id++};
  Subscription& subscription = subscriptions_->by_id[id];
  if (settings.cursor) settings.from_exclusive = settings.cursor->position;
  subscription.taken_cursor = settings.cursor;
  subscription.received_cursor = settings.cursor;
  subscription.taken = settings.from_exclusive;
  subscription.received = settings.from_exclusive;
  subscription.settings = std::move(settings);
  return id;
}

void LogFollower::forget(FollowId id) {
  const auto found = subscriptions_->by_id.find(id);
  if (found == subscriptions_->by_id.end()) return;
  if (found->second.number != 0) subscriptions_->to_end.push_back(found->second.number);
  subscriptions_->by_id.erase(found);
}

void LogFollower::set_kept(FollowId id, Position kept) {
  const auto found = subscriptions_->by_id.find(id);
  DOORSTEP_ASSERT(found != subscriptions_->by_id.end());
  found->second.settings.kept = kept;
}

const LogFollower::Subscription& LogFollower::find(FollowId id) const {
  const auto found = subscriptions_->by_id.find(id);
  DOORSTEP_ASSERT(found != subscriptions_->by_id.end());
  return found->second;
}

std::optional<FeedBatch> LogFollower::next(FollowId id) {
  const auto found = subscriptions_->by_id.find(id);
  if (found == subscriptions_->by_id.end() || found->second.waiting.empty()) return std::nullopt;
  Subscription& subscription = found->second;
  Subscription::Waiting& first = subscription.waiting.front();
  const std::size_t events = first.batch.block ? first.batch.block->records().size() : 0;
  subscription.taken = first.batch.to_inclusive;
  subscription.taken_cursor = std::move(first.cursor);
  subscription.waiting_events -= events;
  subscription.waiting_bytes -= first.bytes;
  subscription.used_events += events;
  subscription.used_bytes += first.bytes;
  std::optional<FeedBatch> batch{std::move(first.batch)};
  subscription.waiting.pop_front();
  return batch;
}

bool LogFollower::is_level(FollowId id) const {
  const Subscription& subscription = find(id);
  return subscription.heard_head && subscription.taken >= subscription.head;
}
Position LogFollower::position(FollowId id) const { return find(id).taken; }
const std::optional<Cursor>& LogFollower::cursor(FollowId id) const {
  return find(id).taken_cursor;
}
Position LogFollower::head(FollowId id) const { return find(id).head; }
std::optional<Milliseconds> LogFollower::heard(FollowId id) const { return find(id).said; }

std::optional<wire::Refused> LogFollower::ended(FollowId id) const {
  const Subscription& subscription = find(id);
  // What arrived before the end is taken first.
  return subscription.waiting.empty() ? subscription.ended : std::nullopt;
}

Work LogFollower::step(Now now) {
  Work work = Work::idle;
  std::size_t bytes = 0;
  for (int taken = 0; taken < replies_per_step_max && bytes < bytes_per_step_max; ++taken) {
    const auto message = feed_.receive();
    if (!message) break;
    work = Work::done;
    bytes += message->bytes.size();
    auto reply = wire::decode_reply(message->bytes);
    if (!reply) continue;
    for (auto& [id, subscription] : subscriptions_->by_id) {
      if (subscription.number == reply->number) {
        accept(subscription, std::move(*reply), now);
        break;
      }
    }
  }
  for (auto& [id, subscription] : subscriptions_->by_id) keep_up(subscription, now);
  end_old_attempts();
  return work;
}

void LogFollower::accept(Subscription& subscription, wire::Reply reply, Now now) {
  subscription.heard = now.monotonic;
  subscription.said = now.monotonic;
  if (auto* batch = std::get_if<wire::Batch>(&reply.what)) {
    if (!take(subscription, *batch, now)) start_over(subscription, now);
  } else if (auto* ended = std::get_if<wire::Ended>(&reply.what)) {
    end(subscription, std::move(ended->why), now);
  } else if (auto* refused = std::get_if<wire::Refused>(&reply.what)) {
    end(subscription, std::move(*refused), now);
  }
}

// False: something is missing, out of order or beyond what was granted; only a new subscription
// helps.
bool LogFollower::take(Subscription& subscription, const wire::Batch& batch, Now now) {
  if (batch.number != subscription.next_batch || batch.from_exclusive != subscription.received ||
      batch.to_inclusive < batch.from_exclusive) {
    return false;
  }
  if (subscription.waiting_bytes + batch.block.size() >
      subscription.settings.credit_bytes + overshoot_bytes_max) {
    return false;
  }
  FeedBatch next{.from_exclusive = batch.from_exclusive,
                 .to_inclusive = batch.to_inclusive,
                 .head = batch.head};
  if (!batch.block.empty()) {
    auto block = wire::Block::open(batch.block);
    if (!block) {  // it would come again as it is
      give_up(
          subscription,
          {.code = wire::RefusalCode::damaged,
           .message = "the log sent what this program cannot read (a newer version of it may): " +
                      block.error().message},
          now);
      return true;
    }
    next.block = std::make_unique<wire::Block>(std::move(*block));
  }
  if (subscription.settings.filter.is_everything() && !is_dense(next)) return false;
  if (subscription.received_cursor) {
    if (auto why = move_cursor(subscription, next, batch.checkpoint)) {
      give_up(subscription, std::move(*why), now);
      return true;
    }
  }
  ++subscription.next_batch;
  subscription.received = batch.to_inclusive;
  subscription.head = std::max(subscription.head, batch.head);
  subscription.heard_head = true;
  if (batch.to_inclusive == batch.from_exclusive && !next.block) {  // a sign of life
    if (subscription.waiting.empty()) subscription.taken_cursor = subscription.received_cursor;
    return true;
  }
  subscription.waiting_bytes += batch.block.size();
  if (next.block) subscription.waiting_events += next.block->records().size();
  subscription.waiting.push_back(
      {std::move(next), batch.block.size(), subscription.received_cursor});
  return true;
}

// The reason to stop, if what came is of another history.
std::optional<wire::Refused> LogFollower::move_cursor(Subscription& subscription,
                                                      const FeedBatch& batch,
                                                      const std::string& note) {
  Cursor& cursor = *subscription.received_cursor;
  const bool is_complete = subscription.settings.filter.is_everything() && cursor.tree;
  std::optional<proof::Checkpoint> checkpoint;
  if (!note.empty() && subscription.settings.read_note) {
    const auto opened = subscription.settings.read_note(note);
    if (auto why = recognise(cursor, opened)) return why;
    checkpoint = *opened;
  }
  if (is_complete) {
    return take_up(cursor, hasher_, batch.records(), batch.to_inclusive, checkpoint);
  }
  if (batch.to_inclusive > cursor.position) cursor.tree.reset();
  cursor.position = batch.to_inclusive;
  return std::nullopt;
}

void LogFollower::end(Subscription& subscription, wire::Refused why, Now now) {
  subscription.number = 0;
  if (is_passing(why.code)) {
    subscription.not_before =
        now.monotonic + std::max(Milliseconds{why.retry_after_ms}, resubscribe_after_least);
    return;
  }
  subscription.ended = std::move(why);
}

void LogFollower::give_up(Subscription& subscription, wire::Refused why, Now now) {
  subscriptions_->to_end.push_back(subscription.number);
  end(subscription, std::move(why), now);
}

void LogFollower::start_over(Subscription& subscription, Now now) {
  subscriptions_->to_end.push_back(subscription.number);
  subscription.number = 0;
  subscription.not_before = now.monotonic + resubscribe_after_least;
}

// Subscribes where that is needed, and grants new credit once half of it was used.
void LogFollower::keep_up(Subscription& subscription, Now now) {
  if (subscription.ended) return;
  const Settings& settings = subscription.settings;
  if (!subscription.has_room()) subscription.heard = now.monotonic;
  const bool is_silent = now.monotonic - subscription.heard >= settings.silence_max;
  const bool is_cut_off = subscription.connection != feed_.connection();
  if (subscription.number != 0 && (is_silent || is_cut_off)) {
    start_over(subscription, now);
    if (is_cut_off) subscription.not_before = now.monotonic;
  }
  if (subscription.number == 0) {
    if (subscription.has_room() && now.monotonic >= subscription.not_before) {
      subscribe(subscription, now);
    }
    return;
  }
  const bool has_moved = subscription.taken != subscription.reported;
  const bool reports =
      has_moved && now.monotonic - subscription.reported_at >= settings.report_every;
  const bool has_kept_more = settings.kept != subscription.reported_kept;
  if (reports || has_kept_more || subscription.used_events >= settings.credit_events / 2 ||
      subscription.used_bytes >= settings.credit_bytes / 2) {
    report(subscription, now);
  }
}

// Where it is, and new credit for what it has taken.
void LogFollower::report(Subscription& subscription, Now now) {
  const wire::Credit credit{.events = static_cast<std::uint32_t>(subscription.used_events),
                            .bytes = static_cast<std::uint32_t>(subscription.used_bytes),
                            .cursor = subscription.taken,
                            .kept = subscription.settings.kept};
  if (feed_.send(the_server, wire::encode(wire::Request{subscription.number, credit})) ==
      Sent::sent) {
    subscription.used_events = 0;
    subscription.used_bytes = 0;
    subscription.reported = subscription.taken;
    subscription.reported_kept = credit.kept;
    subscription.reported_at = now.monotonic;
  }
}

void LogFollower::subscribe(Subscription& subscription, Now now) {
  const Settings& settings = subscription.settings;
  const std::uint64_t number = subscriptions_->next_number;
  // What waits is kept; its share of the credit is granted when it is taken.
  const wire::Credit credit{
      .events = settings.credit_events - static_cast<std::uint32_t>(subscription.waiting_events),
      .bytes = settings.credit_bytes - static_cast<std::uint32_t>(subscription.waiting_bytes),
      .cursor = subscription.taken,
      .kept = settings.kept};
  wire::Subscribe wanted{.from_exclusive = subscription.received,
                         .until = settings.until,
                         .filter = settings.filter,
                         .credit = credit,
                         .consumer = settings.consumer,
                         .bare = !settings.requests};
  if (const auto& cursor = subscription.received_cursor) {
    wanted.log = cursor->log;
    wanted.epoch = cursor->epoch;
    if (cursor->tree) wanted.root = cursor->tree->root(hasher_);
  }
  const wire::Request request{number, std::move(wanted)};
  if (feed_.send(the_server, wire::encode(request)) != Sent::sent) return;
  ++subscriptions_->next_number;
  subscription.number = number;
  subscription.connection = feed_.connection();
  subscription.next_batch = 1;
  subscription.used_events = 0;
  subscription.used_bytes = 0;
  subscription.reported = subscription.taken;
  subscription.reported_kept = settings.kept;
  subscription.reported_at = now.monotonic;
  subscription.heard = now.monotonic;
}

void LogFollower::end_old_attempts() {
  auto& numbers = subscriptions_->to_end;
  while (!numbers.empty()) {
    const wire::Request request{numbers.back(), wire::Unsubscribe{}};
    if (feed_.send(the_server, wire::encode(request)) != Sent::sent) break;
    numbers.pop_back();
  }
  // To a server that is gone there is nothing to say; it forgets its readers with their
  // connections.
  constexpr std::size_t kept_max = 64;
  if (numbers.size() > kept_max) numbers.erase(numbers.begin(), numbers.end() - kept_max);
}

}  // namespace doorstep::runtime
