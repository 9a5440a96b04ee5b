// The five services in one thread: memory disk, memory network, HTTP without sockets, a clock that
// is moved by hand. Any of them can die and start again at any moment; only disk, snapshot and
// signed head survive.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_block_store.h"
#include "common/memory/memory_http.h"
#include "common/memory/memory_index_store.h"
#include "common/memory/memory_messages.h"
#include "common/memory/memory_snapshot_file.h"
#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/metrics.h"
#include "services/aggregation/aggregation_service.h"
#include "services/assignment/assignment_service.h"
#include "services/event_log/event_log.h"
#include "services/intake/intake_service.h"
#include "services/reporting/reporting_service.h"

namespace doorstep::scenario {

enum class Which : std::uint8_t { event_log, intake, assignment, aggregation, reporting };

class WholeSystem {
 public:
  explicit WholeSystem(Instant starts);
  ~WholeSystem();
  WholeSystem(const WholeSystem&) = delete;
  WholeSystem& operator=(const WholeSystem&) = delete;

  // Dies without a word and starts again from what survives. What it had not answered is lost.
  void restart(Which which);
  // All services, turn by turn, until none has anything to do. Real time passes by a millisecond a
  // turn, so that what waits for a timeout goes on. Fails the test where a service fails.
  void run_until_quiet();
  // So many turns and no more: whatever is under way stays under way.
  void run_turns(int turns);
  // The county's clock; never backwards.
  void move_clock_to(Instant at);

  // Sends a request to intake and runs until it is answered; nullopt: intake died first, or is
  // silent.
  [[nodiscard]] std::optional<HttpResponse> post(const std::string& target, const std::string& body,
                                                 const std::string& content_type);
  [[nodiscard]] std::optional<HttpResponse> get(const std::string& target);  // from reporting

  // Another reader and writer of the log, as the command line is.
  [[nodiscard]] std::unique_ptr<Messages> connect(const std::string& socket);
  [[nodiscard]] wire::Described describe_log();
  // Every record from `from_exclusive` to the head.
  [[nodiscard]] std::vector<std::unique_ptr<wire::Block>> read_log(Position from_exclusive = {});

  [[nodiscard]] const aggregation::AggregationService& aggregation() const { return *aggregation_; }
  [[nodiscard]] const assignment::AssignmentService& assignment() const { return *assignment_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }

 private:
  void start_event_log();
  void start(Which which);
  void stop(Which which);
  // One turn of everybody; what they did.
  [[nodiscard]] Work step();
  [[nodiscard]] Now both_clocks() const { return {clock_.now(), clock_.monotonic()}; }
  [[nodiscard]] std::optional<HttpResponse> exchange(memory::MemoryHttp& http, HttpToken token);

  memory::ManualClock clock_;
  memory::MemoryNetwork network_{};
  memory::MemoryDisk disk_{};
  memory::MemorySnapshotFile head_file_{};
  memory::MemoryIndexStore index_{};
  memory::MemorySnapshotFile heads_file_{};
  memory::MemorySnapshotFile intake_snapshot_{};
  memory::MemorySnapshotFile assignment_snapshot_{};
  memory::MemorySnapshotFile snapshot_{};
  // So often that any death meets a snapshot of any age.
  runtime::StateKeeper::Limits snapshots_{.events = 40, .events_behind = 90};
  std::uint64_t lives_of_log_{};

  std::unique_ptr<memory::MemoryBlockStore> store_{};
  std::vector<std::unique_ptr<Messages>> log_sockets_{};
  std::unique_ptr<event_log::EventLog> log_{};

  // A service with what it holds of the outside; gone with it.
  struct Held {
    std::unique_ptr<runtime::Metrics> metrics{};
    std::vector<std::unique_ptr<Messages>> sockets{};
  };
  Held intake_held_{};
  Held assignment_held_{};
  Held aggregation_held_{};
  Held reporting_held_{};
  std::unique_ptr<memory::MemoryHttp> intake_http_{};
  std::unique_ptr<memory::MemoryHttp> reporting_http_{};
  std::unique_ptr<intake::IntakeService> intake_{};
  std::unique_ptr<assignment::AssignmentService> assignment_{};
  std::unique_ptr<aggregation::AggregationService> aggregation_{};
  std::unique_ptr<reporting::ReportingService> reporting_{};
};

}  // namespace doorstep::scenario
