#include "services/assignment/screening_plan.h"

#include <algorithm>

#include "common/hash/sha256.h"
#include "services/assignment/give.h"

namespace doorstep::assignment {
namespace {

using std::chrono::hours;

constexpr std::uint32_t no_answers_before_phone = 2;
constexpr std::uint32_t no_answers_before_person = 3;
constexpr std::uint8_t priority_first_try = 5;
constexpr std::uint8_t priority_next_try = 4;
constexpr std::uint8_t priority_person = 3;

// Hours of the Beijing day.
constexpr int day_starts = 8;
constexpr int evening_starts = 18;
constexpr int evening_ends = 20;
constexpr int last_knock_before = 21;

bool is_active(const Task& task) {
  return task.state == TaskState::open || task.state == TaskState::given;
}

Instant hour_of(Day day, int hour) { return start_of(day) + hours{hour}; }
Day day_after(Day day) { return Day{static_cast<std::int32_t>(day) + 1}; }

// Nobody is disturbed at night: the same instant, or the next morning.
Instant at_a_decent_hour(Instant at) {
  const Day day = beijing_day(at);
  const int hour = beijing_hour(at);
  if (hour < day_starts) return hour_of(day, day_starts);
  return hour >= last_knock_before ? hour_of(day_after(day), day_starts) : at;
}

// A round that runs late, or ends before the hour one would wish for: then at once, and never a
// window that ends before it starts.
Window within_round(Window wished, Instant now, Instant deadline) {
  if (wished.not_before >= deadline) wished = {now, deadline};
  if (wished.not_after <= wished.not_before) wished.not_after = wished.not_before + hours{2};
  return wished;
}

Window from_now(Instant now, Instant deadline) {
  return within_round({now, deadline}, now, deadline);
}

// One name for a household in a round: the hash of both.
Uuid cause_of(RoundId round, HouseholdId household) {
  Hasher hasher;
  const Sha256 hash = hasher.add(round.value).add(household.value).finish();
  return uuid_from_bytes(std::span{hash}.first<16>());
}

struct About {
  const Household& household;
  Instant now{};
};

Event event_about(const About& about, EventType type, Uuid id, EventId cause, Body body) {
  return {.envelope = {.id = {id},
                       .type = type,
                       .stream = stream_of(about.household.id),
                       .area = about.household.area,
                       .happened_at = about.now,
                       .actor = assignment_actor(),
                       .purpose = Purpose::work,
                       .causation = cause,
                       .correlation = cause},
          .body = std::move(body)};
}

// A task ends once: done and cancelled share the id, so that whichever the log has first stands.
Uuid end_id(const Task& task, Instant round_opened) {
  return derived_id(round_opened, "screening task ended", task.id.value);
}

Event done_by(const About& about, const Round& round, const Task& task, VisitId visit) {
  return event_about(about, EventType::task_done, end_id(task, round.opened_at), {visit.value},
                     TaskDone{.task = task.id, .household = task.household, .visit = visit});
}

Event cancelled(const About& about, const Round* round, const Task& task, CancellationReason reason,
                EventId cause) {
  const Instant opened_at = round ? round->opened_at : Instant{};
  return event_about(about, EventType::task_cancelled, end_id(task, opened_at), cause,
                     TaskCancelled{.task = task.id, .household = task.household, .reason = reason});
}

// Another "no answer" does not climb past the person who decides; an appointment comes back from
// there.
bool ends_try(const Task& task, const Try& visit) {
  return task.approach != TaskApproach::person_decides ||
         visit.disposition == Disposition::appointment;
}

std::optional<Event> end_of(const Known& known, const About& about, const Task& task,
                            const Attempts& attempts) {
  const Round* const round = known.registered.round(task.round);
  if (round) {
    if (const Try* answer = attempts.final_answer()) {
      return done_by(about, *round, task, answer->visit);
    }
  }
  if (!round || !round->open) {
    return cancelled(about, round, task, CancellationReason::round_closed,
                     known.attempts.closed_by(task.round));
  }
  if (about.household.withdrawn) {
    return cancelled(about, round, task, CancellationReason::household_withdrawn,
                     known.attempts.withdrawn_by(about.household.id));
  }
  const Round* const current = known.registered.current_round();
  if (current->id != task.round) {
    return cancelled(about, round, task, CancellationReason::no_longer_due,
                     known.attempts.opened_by(current->id));
  }
  const Try* const again = attempts.asks_again(attempts.latest_task_saw);
  if (again && ends_try(task, *again)) return done_by(about, *round, task, again->visit);
  return std::nullopt;
}

struct Opening {
  TaskApproach approach{};
  TaskReason reason{};
  Window window{};
  std::uint8_t priority{};
  EventId cause{};
};

Opening next_try(const Try& last, std::uint32_t no_answers, Instant now, Instant deadline) {
  const EventId cause{last.visit.value};
  if (last.disposition == Disposition::appointment) {
    return {TaskApproach::at_door, TaskReason::appointment_made,
            within_round({at_a_decent_hour(std::max(last.at + hours{2}, now)), deadline}, now,
                         deadline),
            priority_next_try, cause};
  }
  if (last.disposition == Disposition::not_accessible) {
    return {TaskApproach::person_decides, TaskReason::not_accessible, from_now(now, deadline),
            priority_person, cause};
  }
  if (no_answers >= no_answers_before_person) {
    return {TaskApproach::person_decides, TaskReason::nobody_home, from_now(now, deadline),
            priority_person, cause};
  }
  if (no_answers >= no_answers_before_phone) {
    return {TaskApproach::phone, TaskReason::nobody_home, from_now(now, deadline),
            priority_next_try, cause};
  }
  return {TaskApproach::at_door, TaskReason::nobody_home, at_another_hour(last.at, now, deadline),
          priority_next_try, cause};
}

Opening opening_of(const Known& known, const Round& round, const Attempts& attempts, Instant now) {
  if (const Try* retracted = attempts.retracted_last()) {
    return {TaskApproach::at_door, TaskReason::answer_retracted, from_now(now, round.deadline),
            priority_next_try, retracted->retracted_by};
  }
  if (const Try* last = attempts.asks_again(Position{})) {
    return next_try(*last, attempts.no_answers(), now, round.deadline);
  }
  return {TaskApproach::at_door, TaskReason::no_answer_yet, from_now(now, round.deadline),
          priority_first_try, known.attempts.opened_by(round.id)};
}

Event opened(const About& about, const Round& round, std::uint16_t ordinal,
             const Opening& opening) {
  const Uuid id = derived_id(round.opened_at, "screening task opened",
                             cause_of(round.id, about.household.id), ordinal);
  return event_about(about, EventType::task_opened, id, opening.cause,
                     TaskOpened{.task = {id},
                                .kind = TaskKind::screening,
                                .household = about.household.id,
                                .round = round.id,
                                .ordinal = ordinal,
                                .approach = opening.approach,
                                .reason = opening.reason,
                                .not_before = opening.window.not_before,
                                .not_after = opening.window.not_after,
                                .priority = opening.priority});
}

std::optional<Event> given(const Known& known, const About& about, const Round& round,
                           const Task& task) {
  const auto found = someone_for(known, about.household, task.approach);
  if (!found) return std::nullopt;
  const Uuid id = derived_id(round.opened_at, "screening task given", task.id.value);
  return event_about(about, EventType::task_given, id, {task.id.value},
                     TaskGiven{.task = task.id,
                               .household = task.household,
                               .to = found->worker,
                               .reason = found->reason});
}

const Attempts& attempts_of(const Known& known, RoundId round, HouseholdIndex household) {
  static const Attempts none{};
  const Attempts* const found = known.attempts.of(round, household);
  return found ? *found : none;
}

}  // namespace

Window at_another_hour(Instant tried, Instant now, Instant deadline) {
  const int hour = beijing_hour(tried);
  if (hour < day_starts || hour >= evening_starts) {
    const Instant later = at_a_decent_hour(std::max(tried + hours{2}, now));
    return within_round({later, deadline}, now, deadline);
  }
  Day day = beijing_day(tried);
  if (hour_of(day, evening_ends) <= now) {  // the try was heard of late: phones come back at night
    day = beijing_day(now);
    if (beijing_hour(now) >= evening_ends) day = day_after(day);
  }
  const Window evening{std::max(hour_of(day, evening_starts), now),
                       std::min(hour_of(day, evening_ends), deadline)};
  return within_round(evening, now, deadline);
}

bool waits_for_someone(const Tasks& tasks, HouseholdId household) {
  return std::ranges::any_of(tasks.of(household), [&](std::uint32_t index) {
    return tasks.all()[index].state == TaskState::open;
  });
}

ActorId assignment_actor() {
  static const ActorId actor{named_id("service", "assignment")};
  return actor;
}

std::optional<Event> next_event(const Known& known, HouseholdIndex index, Instant now) {
  const Household& household = known.registered.household(index);
  const About about{household, now};
  const Round* const current = known.registered.current_round();
  const Task* active = nullptr;
  std::uint16_t of_this_round = 0;
  for (const std::uint32_t number : known.tasks.of(household.id)) {
    const Task& task = known.tasks.all()[number];
    if (current && task.round == current->id) ++of_this_round;
    if (task.kind != TaskKind::screening || !is_active(task)) continue;
    if (auto end = end_of(known, about, task, attempts_of(known, task.round, index))) return end;
    active = &task;
  }
  if (!current || !current->open || !household.on_roster()) return std::nullopt;
  if (active) {
    return active->state == TaskState::open ? given(known, about, *current, *active) : std::nullopt;
  }
  const Attempts& attempts = attempts_of(known, current->id, index);
  if (attempts.final_answer()) return std::nullopt;
  const auto ordinal = static_cast<std::uint16_t>(of_this_round + 1);
  return opened(about, *current, ordinal, opening_of(known, *current, attempts, now));
}

}  // namespace doorstep::assignment
