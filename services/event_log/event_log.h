// The log as one thing: recovered, checked against its signed head, and ready to serve. main.cc
// gives it the real outside, a scenario the one in memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "services/event_log/command_service.h"
#include "services/event_log/consolidation.h"
#include "services/event_log/feed_service.h"
#include "services/event_log/floor_move.h"
#include "services/event_log/indexing.h"
#include "services/event_log/recovery.h"
#include "services/event_log/signed_head.h"
#include "services/event_log/tail.h"
#include "services/event_log/upkeep.h"

namespace doorstep::event_log {

class EventLog {
 public:
  // All of it must outlive the log. The feed's socket and thread touch nothing but the feed
  // service.
  struct Outside {
    BlockStore& store;
    SnapshotFile& head_file;
    Messages& cmd;
    Messages& feed;
    IndexStore& index;
    SnapshotFile& heads_file;  // of the index
    const NoteFiles* notes{};  // null: none are kept
  };
  struct Settings {
    SignedHead::Identity identity{};
    Rights rights{};
    Rates rates{};
    // Appended as the first event of an empty log, where time is simulated.
    std::optional<DemonstrationMarked> demonstration{};
    Progress progress{};
    // Asked before anything is stamped: whether the clock can be, beside the last record (nullopt:
    // there is none).
    std::function<Outcome(std::optional<Instant> last_record)> check_clock{
        [](std::optional<Instant>) { return Outcome{}; }};
    Indexing::Say say{[](const std::string&) {}};  // what an operator should read
    Indexing::Limits indexing{};
    Consolidation::Limits consolidation{};
    FloorMove::Limits floor{};
    // The floor stays behind what conditions may ask about.
    FloorRequests::Limits floor_requests{.kept_min = RecentHeadings::kept_max};
  };

  // damaged: this log must not be served; the message says what to do.
  [[nodiscard]] static Result<std::unique_ptr<EventLog>> open(Outside outside, Ed25519Key key,
                                                              Settings settings, Instant now);

  [[nodiscard]] CommandService& commands() { return *commands_; }
  [[nodiscard]] FeedService& feeds() { return *feeds_; }
  [[nodiscard]] Upkeep& upkeep() { return upkeep_; }
  [[nodiscard]] const LogIndex& index() const { return *index_; }
  [[nodiscard]] Tail& tail() { return *tail_; }
  [[nodiscard]] News& news() { return news_; }

 private:
  EventLog(Outside outside, Ed25519Key key, const SignedHead::Identity& identity)
      : outside_{outside}, head_{outside.head_file, std::move(key), identity} {}
  // Makes its parts, with what was recovered. Takes rights and rates out of the settings.
  [[nodiscard]] Outcome begin(Recovered recovered, Settings& settings);
  // What it does beside serving.
  void take_on_upkeep(Position snapshot_at, const Settings& settings);
  // On the feed's thread. nullopt: the index is too far behind to say.
  [[nodiscard]] Result<std::optional<Sha256>> root_at(Position position) const;
  [[nodiscard]] Outcome mark(const DemonstrationMarked& demonstration, Instant now);
  // Where the log was put back from a backup, its new epoch begins with the record that says so.
  [[nodiscard]] Outcome mark_restored(Position head, Instant now);
  // An event of the log's own.
  [[nodiscard]] Outcome say(const Event& event, Instant now);

  Outside outside_;
  SignedHead head_;
  News news_{};
  std::unique_ptr<Tail> tail_{};
  std::unique_ptr<LogIndex> index_{};  // before who asks it
  std::unique_ptr<Proofs> proofs_{};
  std::unique_ptr<FloorRequests> floor_{};
  std::unique_ptr<CommandService> commands_{};
  std::unique_ptr<FeedService> feeds_{};
  Upkeep upkeep_{};
};

}  // namespace doorstep::event_log
