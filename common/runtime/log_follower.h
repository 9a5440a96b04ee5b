// The one way to read the log: from a position, in order, without gaps, and on into the present.
// Grants the server credit as batches are taken, subscribes again from its own position after a
// silence or a gap, and says when it is level with the head. With a cursor it tells the log which
// history it has; an unfiltered one also keeps the tree over what it reads and compares it with
// what the log signs: another history ends it for good. Credit counts the records and bytes of the
// blocks that were sent; an empty batch costs none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/runtime/cursor.h"
#include "common/runtime/service.h"
#include "common/seam/messages.h"
#include "common/wire/block.h"
#include "common/wire/log_protocol.h"

namespace doorstep::runtime {

// Everything in (from_exclusive, to_inclusive] was scanned; `block` holds what matched.
struct FeedBatch {
  Position from_exclusive{};
  Position to_inclusive{};
  Position head{};
  std::unique_ptr<wire::Block> block{};  // null: nothing matched

  // What to fold: the block's records in that range, in order.
  [[nodiscard]] std::span<const wire::Record> records() const;
};

enum class FollowId : std::uint64_t {};

class LogFollower {
 public:
  struct Settings {
    Position from_exclusive{};  // without a cursor
    std::optional<Cursor> cursor{};
    // With a cursor: learns from signed checkpoints which log it follows, and compares roots where
    // the cursor has its tree. Empty: takes no notice of them.
    ReadNote read_note{};
    Position until{};  // 0: live
    wire::Filter filter{};
    bool requests{};  // its blocks come with their append requests, where nothing is filtered
    std::string consumer{};
    std::uint32_t credit_events{65'536};
    std::uint32_t credit_bytes{8 * 1024 * 1024};
    Milliseconds silence_max{5'000};   // the server sends an empty batch each second at the head
    Milliseconds report_every{2'000};  // its position, to those who ask the log, if it has moved
    std::optional<Position> kept{};    // see set_kept()
  };

  // `feed` must outlive the follower. Several subscriptions share it. One thread.
  explicit LogFollower(Messages& feed);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  [[nodiscard]] FollowId follow(Settings settings);
  // Ends a subscription; its batches are dropped.
  void forget(FollowId id);
  // Up to where the reader has its state on disk, told to the log at the next step: it drops
  // nothing that comes after. Never said: the log does not ask this reader.
  void set_kept(FollowId id, Position kept);

  // The next batch in order, if there is one.
  [[nodiscard]] std::optional<FeedBatch> next(FollowId id);
  // True once everything up to the head, as last heard, was taken by next().
  [[nodiscard]] bool is_level(FollowId id) const;
  [[nodiscard]] Position position(FollowId id) const;  // what next() has given so far
  // The same with its history, if it began with a cursor. Valid until the next call of next().
  [[nodiscard]] const std::optional<Cursor>& cursor(FollowId id) const;
  [[nodiscard]] Position head(FollowId id) const;
  // When the log last said something about it; nullopt: it has not yet.
  [[nodiscard]] std::optional<Milliseconds> heard(FollowId id) const;
  // Set when the subscription is over: `done` after `until`, else a reason that needs an operator.
  [[nodiscard]] std::optional<wire::Refused> ended(FollowId id) const;

  [[nodiscard]] Work step(Now now);

 private:
  struct Subscription;
  struct Subscriptions;
  [[nodiscard]] const Subscription& find(FollowId id) const;
  void accept(Subscription& subscription, wire::Reply reply, Now now);
  [[nodiscard]] bool take(Subscription& subscription, const wire::Batch& batch, Now now);
  [[nodiscard]] std::optional<wire::Refused> move_cursor(Subscription& subscription,
                                                         const FeedBatch& batch,
                                                         const std::string& note);
  void report(Subscription& subscription, Now now);
  static void end(Subscription& subscription, wire::Refused why, Now now);
  void give_up(Subscription& subscription, wire::Refused why, Now now);
  void start_over(Subscription& subscription, Now now);
  void keep_up(Subscription& subscription, Now now);
  void subscribe(Subscription& subscription, Now now);
  void end_old_attempts();
  Messages& feed_;
  Hasher hasher_{};
  std::unique_ptr<Subscriptions> subscriptions_;
};

}  // namespace doorstep::runtime
