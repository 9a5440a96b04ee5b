// Intake: what the field sends over HTTP becomes events in the log, or a refusal in words.
#pragma once

#include <cstddef>

#include "common/runtime/clock_report.h"
#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/http.h"
#include "common/seam/snapshot_file.h"
#include "services/intake/imports.h"
#include "services/intake/log_view.h"
#include "services/intake/routes.h"
#include "services/intake/stored_events.h"
#include "services/intake/writes.h"

namespace doorstep::intake {

// Of a request's body. Imports may be larger than a single fact.
inline constexpr std::size_t import_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t write_bytes_max = 64 * 1024;
inline constexpr std::size_t pending_writes_max = 4096;

struct IntakePorts {
  HttpServer& http;
  Messages& log_cmd;
  Messages& log_feed;
  SnapshotFile& snapshot;
  // Notices when another log or epoch answers than the one that it began with; empty: it does not.
  runtime::ReadNote read_note{};
  runtime::ClockReport clock{};
};

class IntakeService final : public Service {
 public:
  // Ports and metrics must outlive the service. One thread.
  IntakeService(const IntakePorts& ports, runtime::Metrics& metrics,
                runtime::StateKeeper::Limits snapshots);
  IntakeService(const IntakePorts& ports, runtime::Metrics& metrics)
      : IntakeService{ports, metrics, runtime::StateKeeper::Limits{}} {}

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override {
    draining_ = true;
    imports_.stop();
  }
  [[nodiscard]] bool drained() const override { return is_answered() && is_kept_; }

  [[nodiscard]] const LogView& view() const { return view_; }

 private:
  [[nodiscard]] bool is_answered() const { return writes_.pending() == 0 && imports_.idle(); }
  void handle(HttpRequest request, Now now);
  void handle_write(const WriteRoute& route, HttpRequest& request, Now now);
  void handle_import(const ImportRoute& route, HttpRequest& request, Now now);
  void respond(HttpToken token, HttpResponse response);
  void measure();

  HttpServer& http_;
  runtime::Metrics& metrics_;
  runtime::LogClient log_;
  runtime::LogFollower follower_;
  LogView view_;
  StoredEventReader stored_;
  Writes writes_;
  Imports imports_;
  runtime::ClockReport clock_;
  bool draining_{false};
  bool is_kept_{false};  // after draining
};

}  // namespace doorstep::intake
