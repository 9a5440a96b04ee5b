// The reporting service: what people see. Answers the HTTP API's reads from aggregation and from
// the log, keeps the open boards up to date, and serves the board's files. It holds nothing that is
// not asked for again after a restart. An Error of step() means that the log it reads is not the
// log that it knew.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/runtime/clock_report.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/http.h"
#include "services/reporting/aggregation_client.h"
#include "services/reporting/area_names.h"
#include "services/reporting/board_files.h"
#include "services/reporting/board_stream.h"
#include "services/reporting/freshness.h"
#include "services/reporting/history_reader.h"
#include "services/reporting/routes.h"

namespace doorstep::reporting {

struct ReportingPorts {
  HttpServer& http;
  Messages& aggregation;
  Messages& log_feed;
  // A simulated clock is a demonstration's, also where the log no longer keeps the first event,
  // which says so.
  bool has_simulated_clock{};
  runtime::ClockReport clock{};
};

struct ReportingLimits {
  std::size_t requests_per_step_max{256};
  BoardStream::Limits streams{};
  HistoryReader::Limits histories{};
  AggregationClient::Limits questions{};
};

class ReportingService final : public Service {
 public:
  // Ports and metrics outlive the service.
  ReportingService(const ReportingPorts& ports, runtime::Metrics& metrics, BoardFiles files,
                   const ReportingLimits& limits);
  ReportingService(const ReportingPorts& ports, runtime::Metrics& metrics, BoardFiles files)
      : ReportingService{ports, metrics, std::move(files), ReportingLimits{}} {}

  [[nodiscard]] Result<Work> step(Now now) override;

  [[nodiscard]] const Freshness& freshness() const { return freshness_; }

 private:
  struct Asker {
    HttpToken token{};
    std::string cursor_edition{};  // empty: no cursor was given
    [[nodiscard]] bool takes(const std::string& edition) const {
      return cursor_edition.empty() || cursor_edition == edition;
    }
  };
  struct Counters {
    runtime::Gauge streams, areas_watched, as_of, head, frames, frames_replaced, heartbeats;
  };

  void look_at_first_event();
  void begin_edition(const wire::Edition& edition);
  [[nodiscard]] Outcome follow_log();
  void answer(const HttpRequest& request, Now now);
  void answer(const Asker& asker, const Asked& asked, Now now);
  void ask_aggregation(const Asker& asker, const Asked& asked, Now now);
  void answer_read(const Asker& asker, const Asked& asked, const wire::Answer& said);
  void read_history(const Asker& asker, const AskHistory& asked, Now now);
  void history_read(const Asker& asker, const AskHistory& asked, const std::string& edition,
                    const Result<History>& history);
  void open_stream(const Asker& asker, const OpenStream& asked, Now now);
  [[nodiscard]] HttpResponse health(Now now) const;

  void respond(const Asker& asker, HttpResponse response);
  void respond_json(const Asker& asker, const std::string& edition, Position as_of,
                    std::string body);
  void refuse(const Asker& asker, const json::Problem& problem);
  void show_figures();

  HttpServer& http_;
  runtime::Metrics& metrics_;
  BoardFiles files_;
  ReportingLimits limits_{};
  const bool has_simulated_clock_;
  Counters counters_;
  AggregationClient aggregation_;
  runtime::LogFollower follower_;
  AreaNames names_;
  HistoryReader histories_;
  BoardStream streams_;
  runtime::ClockReport clock_;
  Freshness freshness_{};
  std::optional<runtime::FollowId> first_event_{};  // says whether the log is a demonstration
  std::optional<runtime::FollowId> head_{};         // only to hear where the log is
  bool is_demonstration_{};
};

}  // namespace doorstep::reporting
