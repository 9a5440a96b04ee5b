// A small county for the rules of assignment: what is said lands at the next position, and what the
// rules decide is applied as the log would.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "services/assignment/attempts.h"
#include "services/assignment/backlog.h"
#include "services/assignment/screening_plan.h"

namespace doorstep::assignment::test {

inline constexpr AreaCode village{43122410000100000};
inline constexpr AreaCode grid{43122410000100100};
inline constexpr AreaCode next_grid{43122410000100200};
inline constexpr AreaCode micro_grid{43122410000100101};

inline constexpr RoundId first_round{{7, 1}};
inline constexpr RoundId second_round{{7, 2}};

[[nodiscard]] inline HouseholdId household(std::uint64_t n) { return {{100, n}}; }
[[nodiscard]] inline WorkerId worker(std::uint64_t n) { return {{200, n}}; }
[[nodiscard]] inline ResponsibilityId responsibility(std::uint64_t n) { return {{300, n}}; }
[[nodiscard]] inline VisitId visit(std::uint64_t n) { return {{400, n}}; }

[[nodiscard]] inline Instant at(const char* text) { return *parse_instant(text); }

class Field {
 public:
  Instant now = at("2022-03-23T09:00:00+08:00");
  Instant deadline = at("2022-03-24T18:00:00+08:00");

  // What anyone says, recorded now. Returns its event id.
  EventId say(EventType type, Body body, Uuid id = {}, AreaCode area = {}, Instant happened = {}) {
    if (id.is_nil()) id = {900, ++other_ids_};
    Event event{.envelope = {.id = {id},
                             .type = type,
                             .area = area,
                             .happened_at = happened == Instant{} ? now : happened},
                .body = std::move(body)};
    land(event);
    return {id};
  }

  // As the log: an id that is taken lands nothing.
  bool land(const Event& event) {
    if (!ids_.insert(event.envelope.id).second) return false;
    const Recorded recorded{{.position = Position{log_.size() + 1}, .recorded_at = now}, event};
    log_.push_back(recorded);
    registered_.evolve(recorded);
    tasks_.evolve(recorded);
    attempts_.evolve(recorded, registered_);
    backlog_.note(recorded, registered_);
    return true;
  }

  void open_round(RoundId round = first_round) {
    say(EventType::round_opened, RoundOpened{.round = round, .number = 1, .deadline = deadline});
  }
  void close_round(RoundId round = first_round) {
    say(EventType::round_closed, RoundClosed{.round = round});
  }
  void register_household(std::uint64_t n, AreaCode area = grid) {
    say(EventType::household_registered,
        HouseholdRegistered{.household = household(n), .kind = HouseholdKind::family});
    say(EventType::household_placed, HouseholdPlaced{.household = household(n), .area = area});
  }
  void withdraw(std::uint64_t n) {
    say(EventType::household_withdrawn,
        HouseholdWithdrawn{.household = household(n), .reason = WithdrawalReason::duplicate});
  }
  void register_worker(std::uint64_t n, AreaCode home = grid, bool on_duty = true,
                       WorkerKind kind = WorkerKind::grid_worker) {
    say(EventType::worker_registered,
        WorkerRegistered{.worker = worker(n), .kind = kind, .home = home});
    if (on_duty) report_in(n);
  }
  void report_in(std::uint64_t n) {
    say(EventType::worker_reported_in, WorkerReportedIn{.worker = worker(n)});
  }
  void stand_down(std::uint64_t n) {
    say(EventType::worker_stood_down, WorkerStoodDown{.worker = worker(n)});
  }
  void take(std::uint64_t n, std::uint64_t of_household, HolderKind kind = HolderKind::worker) {
    say(EventType::responsibility_taken,
        ResponsibilityTaken{.responsibility = responsibility(of_household * 1000 + n),
                            .household = household(of_household),
                            .level = ResponsibilityLevel::covers_household,
                            .role = ResponsibilityRole::lead,
                            .holder = {kind, worker(n).value}});
  }
  void visit_recorded(std::uint64_t id, std::uint64_t of_household, Disposition disposition,
                      RoundId round = first_round, Instant happened = {}) {
    say(EventType::visit_recorded,
        VisitRecorded{.visit = visit(id),
                      .household = household(of_household),
                      .round = round,
                      .disposition = disposition},
        visit(id).value, {}, happened);
  }
  EventId retract(std::uint64_t id, std::uint64_t of_household, RoundId round = first_round) {
    return say(
        EventType::visit_retracted,
        VisitRetracted{.visit = visit(id), .household = household(of_household), .round = round});
  }

  // Decides and lands until nothing is left. Returns what landed.
  std::vector<Event> plan() {
    std::vector<Event> landed;
    while (const auto index = backlog_.take(registered_)) {
      const auto event = next(*index);
      const Household& one = registered_.household(*index);
      backlog_.set_waiting(*index, !event && waits_for_someone(tasks_, one.id), one.area);
      if (event && land(*event)) landed.push_back(*event);
    }
    return landed;
  }
  [[nodiscard]] std::optional<Event> next(HouseholdIndex index) const {
    return next_event({registered_, tasks_, attempts_, pending_}, index, now);
  }

  [[nodiscard]] std::vector<Task> tasks_of(std::uint64_t n) const {
    std::vector<Task> list;
    for (const auto index : tasks_.of(household(n))) list.push_back(tasks_.all()[index]);
    return list;
  }
  [[nodiscard]] std::vector<Task> active(std::uint64_t n) const {
    std::vector<Task> list;
    for (const Task& task : tasks_of(n)) {
      if (task.state == TaskState::open || task.state == TaskState::given) list.push_back(task);
    }
    return list;
  }
  // Pre-condition: there is exactly one.
  [[nodiscard]] Task the_task_of(std::uint64_t n) const {
    const auto list = active(n);
    return list.size() == 1 ? list.front() : Task{};
  }

  [[nodiscard]] const std::vector<Recorded>& log() const { return log_; }
  [[nodiscard]] const Register& registered() const { return registered_; }
  [[nodiscard]] const Tasks& tasks() const { return tasks_; }
  [[nodiscard]] const Backlog& backlog() const { return backlog_; }
  PendingLoad& pending() { return pending_; }

 private:
  std::uint64_t other_ids_{};
  std::vector<Recorded> log_{};
  std::set<EventId> ids_{};
  Register registered_{};
  Tasks tasks_{};
  RoundAttempts attempts_{};
  Backlog backlog_{};
  PendingLoad pending_{};
};

}  // namespace doorstep::assignment::test
