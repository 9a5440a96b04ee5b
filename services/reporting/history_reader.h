// A household's history, read from the log itself: its stream from a position on, a page at a time.
// Each read is bounded in events and in time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/json/problem.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/service.h"
#include "services/reporting/routes.h"

namespace doorstep::reporting {

struct History {
  std::vector<std::string> events{};  // as JSON, oldest first
  Position next{};                    // of the next page's `after`; 0: this is the last
  Position as_of{};                   // the log was read up to here
};

class HistoryReader {
 public:
  struct Limits {
    std::size_t reads_max{64};
    Milliseconds patience{5'000};
  };
  using Answered = std::move_only_function<void(Result<History>)>;

  // `follower` outlives it.
  HistoryReader(runtime::LogFollower& follower, Limits limits)
      : follower_{follower}, limits_{limits} {}
  explicit HistoryReader(runtime::LogFollower& follower) : HistoryReader{follower, Limits{}} {}

  // Reads that log and epoch up to `head`: of another one there is no answer. `answered` is called
  // once, from a later step(). busy: too many reads at once.
  void read(const AskHistory& asked, const wire::Edition& of, Position head, Now now,
            Answered answered);

  // After the follower's own step.
  [[nodiscard]] Work step(Now now);

 private:
  struct Reading {
    AskHistory asked{};
    Position head{};
    Milliseconds started{};
    std::vector<std::pair<Position, std::string>> events{};
    Answered answered{};
  };

  // nullopt: there is more to come.
  [[nodiscard]] std::optional<Result<History>> advance(runtime::FollowId id, Reading& reading,
                                                       Now now);
  [[nodiscard]] static Outcome take(const runtime::FeedBatch& batch, Reading& reading);
  [[nodiscard]] static History page_of(Reading& reading);

  runtime::LogFollower& follower_;
  Limits limits_{};
  std::map<runtime::FollowId, Reading> readings_{};
  std::vector<Answered> refused_{};
};

}  // namespace doorstep::reporting
