#include "tests/scenario/whole_system.h"

#include <gtest/gtest.h>

namespace doorstep::scenario {
namespace {

constexpr int turns_max = 200'000;
constexpr int quiet_turns = 8;  // so many turns in which nobody did anything
constexpr Milliseconds turn{1};

event_log::Rights standard_rights() {
  event_log::Rights rights;
  rights.allow(
      "intake",
      {EventType::area_defined, EventType::campaign_opened, EventType::round_opened,
       EventType::round_closed, EventType::dwelling_registered, EventType::household_registered,
       EventType::household_placed, EventType::household_withdrawn, EventType::worker_registered,
       EventType::worker_reported_in, EventType::worker_stood_down, EventType::responsibility_taken,
       EventType::responsibility_released, EventType::visit_recorded, EventType::visit_retracted});
  rights.allow("assignment", {EventType::task_opened, EventType::task_given, EventType::task_done,
                              EventType::task_cancelled});
  rights.allow("aggregation", {EventType::projection_digest_recorded});
  return rights;
}

Ed25519Key signing_key() {
  Sha256 seed{};
  seed.fill(7);
  return Ed25519Key::from_seed(seed);
}

runtime::ReadNote reader_of_notes() {
  return [](std::string_view note) { return proof::open_checkpoint(note, signing_key()); };
}

void check(const Result<Work>& stepped, Work& all, const char* who) {
  ASSERT_TRUE(stepped.has_value()) << who << ": " << stepped.error().message;
  if (*stepped == Work::done) all = Work::done;
}

}  // namespace

WholeSystem::WholeSystem(Instant starts) : clock_{starts} {
  start_event_log();
  for (const Which each :
       {Which::intake, Which::assignment, Which::aggregation, Which::reporting}) {
    start(each);
  }
}

WholeSystem::~WholeSystem() {
  for (const Which each :
       {Which::reporting, Which::aggregation, Which::assignment, Which::intake, Which::event_log}) {
    stop(each);
  }
}

void WholeSystem::start_event_log() {
  const Epoch epoch{1};
  auto store = memory::MemoryBlockStore::open(disk_, epoch);
  ASSERT_TRUE(store.has_value());
  store_ = std::move(*store);
  log_sockets_.push_back(network_.serve("cmd"));
  log_sockets_.push_back(network_.serve("feed"));
  auto log = event_log::EventLog::open(
      {*store_, head_file_, *log_sockets_[0], *log_sockets_[1], index_, heads_file_}, signing_key(),
      {.identity = {.log = {{7, 7}}, .epoch = epoch},
       .rights = standard_rights(),
       .demonstration = DemonstrationMarked{.starts = clock_.now(), .speed = 1}},
      clock_.now());
  ASSERT_TRUE(log.has_value()) << log.error().message;
  log_ = std::move(*log);
  ++lives_of_log_;
}

void WholeSystem::start(Which which) {
  const auto hold = [&](Held& held, const std::string& account) -> Held& {
    held.metrics = std::make_unique<runtime::Metrics>();
    held.sockets.push_back(network_.connect("cmd", account));
    held.sockets.push_back(network_.connect("feed", account));
    return held;
  };
  switch (which) {
    case Which::event_log:
      start_event_log();
      break;
    case Which::intake: {
      Held& held = hold(intake_held_, "intake");
      intake_http_ = std::make_unique<memory::MemoryHttp>();
      intake_ = std::make_unique<intake::IntakeService>(
          intake::IntakePorts{*intake_http_, *held.sockets[0], *held.sockets[1], intake_snapshot_,
                              reader_of_notes()},
          *held.metrics, snapshots_);
      break;
    }
    case Which::assignment: {
      Held& held = hold(assignment_held_, "assignment");
      assignment_ = std::make_unique<assignment::AssignmentService>(
          assignment::AssignmentPorts{*held.sockets[0], *held.sockets[1], assignment_snapshot_,
                                      reader_of_notes()},
          *held.metrics, assignment::AssignmentLimits{.snapshots = snapshots_});
      break;
    }
    case Which::aggregation: {
      Held& held = hold(aggregation_held_, "aggregation");
      held.sockets.push_back(network_.serve("aggregation"));
      aggregation_ = std::make_unique<aggregation::AggregationService>(
          aggregation::AggregationPorts{*held.sockets[0], *held.sockets[1], *held.sockets[2],
                                        snapshot_, reader_of_notes()},
          *held.metrics, aggregation::AggregationLimits{.snapshots = snapshots_});
      break;
    }
    case Which::reporting: {
      Held& held = hold(reporting_held_, "reporting");
      held.sockets.push_back(network_.connect("aggregation", "reporting"));
      reporting_http_ = std::make_unique<memory::MemoryHttp>();
      reporting_ = std::make_unique<reporting::ReportingService>(
          reporting::ReportingPorts{*reporting_http_, *held.sockets[2], *held.sockets[1]},
          *held.metrics, reporting::BoardFiles{});
      break;
    }
  }
}

void WholeSystem::stop(Which which) {
  switch (which) {
    case Which::event_log:
      log_.reset();
      log_sockets_.clear();
      store_.reset();
      index_.crash();
      break;
    case Which::intake:
      intake_.reset();
      intake_http_.reset();
      intake_held_ = {};
      break;
    case Which::assignment:
      assignment_.reset();
      assignment_held_ = {};
      break;
    case Which::aggregation:
      aggregation_.reset();
      aggregation_held_ = {};
      break;
    case Which::reporting:
      reporting_.reset();
      reporting_http_.reset();
      reporting_held_ = {};
      break;
  }
}

void WholeSystem::restart(Which which) {
  stop(which);
  start(which);
}

Work WholeSystem::step() {
  Work all = Work::idle;
  const Now now = both_clocks();
  check(intake_->step(now), all, "intake");
  check(log_->commands().step(now), all, "event_log");
  check(log_->feeds().step(now), all, "event_log feed");
  check(log_->upkeep().step(now), all, "event_log upkeep");
  check(assignment_->step(now), all, "assignment");
  check(aggregation_->step(now), all, "aggregation");
  check(reporting_->step(now), all, "reporting");
  clock_.advance(turn);
  return all;
}

void WholeSystem::run_until_quiet() {
  int quiet = 0;
  for (int i = 0; i < turns_max; ++i) {
    quiet = step() == Work::idle ? quiet + 1 : 0;
    if (testing::Test::HasFatalFailure()) return;
    if (quiet >= quiet_turns) return;
  }
  FAIL() << "the system never comes to rest";
}

void WholeSystem::run_turns(int turns) {
  for (int i = 0; i < turns; ++i) static_cast<void>(step());
}

void WholeSystem::move_clock_to(Instant at) {
  if (at > clock_.now()) clock_.set_wall(at);
}

std::optional<HttpResponse> WholeSystem::exchange(memory::MemoryHttp& http, HttpToken token) {
  constexpr int answer_turns = 60'000;  // a real minute
  for (int i = 0; i < answer_turns; ++i) {
    static_cast<void>(step());
    if (testing::Test::HasFatalFailure()) return std::nullopt;
    if (auto response = http.response(token)) return response;
  }
  return std::nullopt;
}

std::optional<HttpResponse> WholeSystem::post(const std::string& target, const std::string& body,
                                              const std::string& content_type) {
  return exchange(*intake_http_,
                  intake_http_->request("POST", target, body, {{"content-type", content_type}}));
}

std::optional<HttpResponse> WholeSystem::get(const std::string& target) {
  return exchange(*reporting_http_, reporting_http_->request("GET", target));
}

std::unique_ptr<Messages> WholeSystem::connect(const std::string& socket) {
  return network_.connect(socket, "cli");
}

wire::Described WholeSystem::describe_log() {
  const auto socket = connect("cmd");
  runtime::LogClient client{*socket};
  std::optional<wire::Described> described;
  client.describe([&](std::expected<wire::Described, wire::Refused> answer) {
    if (answer) described = *answer;
  });
  for (int i = 0; i < turns_max && !described; ++i) {
    static_cast<void>(client.step(both_clocks()));
    static_cast<void>(step());
  }
  EXPECT_TRUE(described.has_value());
  return described.value_or(wire::Described{});
}

std::vector<std::unique_ptr<wire::Block>> WholeSystem::read_log(Position from_exclusive) {
  const Position head = describe_log().head;
  const auto socket = connect("feed");
  runtime::LogFollower follower{*socket};
  const auto id = follower.follow({.from_exclusive = from_exclusive, .until = head});
  std::vector<std::unique_ptr<wire::Block>> blocks;
  for (int i = 0; i < turns_max && follower.position(id) < head; ++i) {
    static_cast<void>(follower.step(both_clocks()));
    while (auto batch = follower.next(id)) {
      if (batch->block) blocks.push_back(std::move(batch->block));
    }
    static_cast<void>(step());
  }
  EXPECT_EQ(number(follower.position(id)), number(head));
  return blocks;
}

}  // namespace doorstep::scenario
