// Follows the log for a fold whose state is kept in a file: asks which log it is, takes up the kept
// state, follows from there, keeps the state again, and tells the log up to where it is on disk.
// One thread.
#pragma once

#include <functional>
#include <optional>

#include "common/runtime/kept_state.h"
#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/state_keeper.h"

namespace doorstep::runtime {

class KeptFollow {
 public:
  struct Outside {
    LogClient& log;
    LogFollower& follower;
    SnapshotFile& snapshot;
    Metrics& metrics;
    ReadNote read_note{};  // empty: what is read is not hashed and compared with what is signed
  };
  struct Settings {
    StateKeeper::Names names{};  // the service's is also the consumer's
    StateKeeper::Limits limits{};
    bool requests{};  // as in LogFollower::Settings
  };
  // Takes over the state that a snapshot holds, and says how far it had come. nullopt: it is of
  // another version or contradicts itself; nothing was taken over.
  using TakeUp = std::function<std::optional<Progress>(BytesView snapshot)>;
  // The snapshot of the present state, with its place.
  using Write = std::function<Bytes(const Progress& progress)>;

  // What `outside` names must outlive it.
  KeptFollow(Outside outside, Settings settings);

  // Until it follows: asks the log which one it is, and begins once it has said so. True: it
  // follows.
  [[nodiscard]] bool begin(const TakeUp& take_up);
  // nullopt: the log has not said yet which log it is.
  [[nodiscard]] const std::optional<FollowId>& id() const { return id_; }

  [[nodiscard]] bool is_due(Position upto, Now now) const;
  // Kept or tried: there is nothing to keep that was not tried already.
  [[nodiscard]] bool is_done(Position upto) const { return !id_ || keeper_.is_done(upto); }
  // Pre-condition: it follows, and next() has given batches up to `upto`. Where it is done already,
  // nothing happens.
  void keep(Position upto, Instant recorded_at, Now now, const Write& write);
  // Up to where the state is on disk.
  [[nodiscard]] Position kept() const { return keeper_.kept(); }

  // For an operator, when the log ended the feed at `at`: nothing is folded anew in silence.
  [[nodiscard]] Error feed_ended(Position at, const wire::Refused& why) const {
    return keeper_.feed_ended(at, why);
  }

 private:
  void start(const wire::Described& log, const TakeUp& take_up);

  Outside outside_;
  Settings settings_;
  StateKeeper keeper_;
  std::optional<wire::Described> described_{};
  bool is_asking_{};
  std::optional<FollowId> id_{};
};

}  // namespace doorstep::runtime
