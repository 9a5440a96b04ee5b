// The boards that are open: server-sent events with the areas that each one shows. One frame is
// made for all streams that show the same areas, at most one in a tick; a board that cannot keep up
// gets the latest, whole.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/seam/http.h"
#include "services/reporting/freshness.h"
#include "services/reporting/routes.h"
#include "services/reporting/watched_areas.h"

namespace doorstep::reporting {

struct StreamCounts {
  std::uint64_t frames{};
  std::uint64_t replaced{};  // a board had not taken the frame before
  std::uint64_t heartbeats{};
};

class BoardStream {
 public:
  struct Limits {
    std::size_t streams_max{10'000};
    std::size_t areas_max{20'000};  // watched by all streams together
    Milliseconds tick{100};
    std::size_t streams_per_tick{2'000};  // with more of them the ticks grow longer
    Milliseconds heartbeat{5'000};
  };

  // All outlive it.
  BoardStream(HttpServer& http, AggregationClient& aggregation, AreaNames& names, Limits limits)
      : http_{http}, areas_{aggregation, names}, limits_{limits} {}
  BoardStream(HttpServer& http, AggregationClient& aggregation, AreaNames& names)
      : BoardStream{http, aggregation, names, Limits{}} {}

  // False where there are too many: answer 503.
  [[nodiscard]] bool accepts(const OpenStream& asked) const;
  // Answers the request with a stream. Pre-condition: accepts().
  void open(HttpToken token, const OpenStream& asked, Now now);
  void close(HttpToken token);

  [[nodiscard]] Work step(Now now, const Freshness& freshness);

  [[nodiscard]] std::size_t streams() const { return streams_.size(); }
  [[nodiscard]] std::size_t areas() const { return areas_.size(); }
  [[nodiscard]] const StreamCounts& counts() const { return counts_; }

 private:
  using Frame = std::shared_ptr<const std::string>;

  // Streams that show the same areas.
  struct Group {
    std::unordered_set<HttpToken> streams{};
    std::unordered_set<HttpToken> waiting_for_all{};  // newly come: they have seen nothing yet
    std::unordered_set<HttpToken>
        have_all{};  // since the last tick: its changes are no news to them
    Frame all{};     // made when first needed in a tick
  };
  struct Stream {
    std::vector<AreaCode> areas{};
    std::optional<Seen> since{};  // until its first frame
    Milliseconds heard_from_us{};
  };

  [[nodiscard]] Milliseconds tick() const;
  [[nodiscard]] Frame changes_of(const std::vector<AreaCode>& areas, const Freshness& now) const;
  [[nodiscard]] const Frame& all_of(const std::vector<AreaCode>& areas, Group& group,
                                    const Freshness& now) const;
  [[nodiscard]] Frame frame_of(const std::vector<const WatchedAreas::Shown*>& areas,
                               const Freshness& now, bool is_whole) const;
  void begin_again_with_another_edition();
  void show_changes(Now now, const Freshness& freshness);
  void show_all_to_newcomers(Now now, const Freshness& freshness);
  [[nodiscard]] bool has_seen_all(const Stream& stream) const;
  void send(HttpToken token, const Frame& frame, Now now, const Freshness& freshness);
  void beat(Now now, const Freshness& freshness);

  HttpServer& http_;
  WatchedAreas areas_;
  Limits limits_{};
  std::map<std::vector<AreaCode>, Group> groups_{};
  std::unordered_map<HttpToken, Stream> streams_{};
  std::vector<HttpToken> gone_{};
  wire::Edition shown_edition_{};
  bool has_newcomers_{};
  Milliseconds next_tick_{};
  Milliseconds next_beat_{};
  StreamCounts counts_{};
};

}  // namespace doorstep::reporting
