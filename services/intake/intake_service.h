// Intake: what the field sends over HTTP becomes events in the log, or a refusal in words.
#pragma once

#include <cstddef>

#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/metrics.h"
#include "common/runtime/service.h"
#include "common/seam/http.h"
#include "services/intake/imports.h"
#include "services/intake/log_view.h"
#include "services/intake/routes.h"
#include "services/intake/stored_events.h"
#include "services/intake/writes.h"

namespace doorstep::intake {

// Of a request's body. Imports may be larger than a single fact.
inline constexpr std::size_t import_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t write_bytes_max = 64 * 1024;
inline constexpr std::size_t pending_writes_max = 4096;

class IntakeService final : public Service {
 public:
  // All references must outlive the service. With `read_note` it notices when another log or epoch
  // answers than the one that it began with. One thread.
  IntakeService(HttpServer& http, Messages& log_cmd, Messages& log_feed, runtime::Metrics& metrics,
                runtime::ReadNote read_note = {});

  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override { return writes_.pending() == 0 && imports_.idle(); }

  [[nodiscard]] const LogView& view() const { return view_; }

 private:
  void handle(HttpRequest request, Now now);
  void handle_write(const WriteRoute& route, HttpRequest& request, Now now);
  void handle_import(const ImportRoute& route, HttpRequest& request);
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
  bool draining_{false};
};

}  // namespace doorstep::intake
