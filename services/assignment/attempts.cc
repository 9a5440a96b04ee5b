#include "services/assignment/attempts.h"

#include <algorithm>

namespace doorstep::assignment {
namespace {

// A device may claim any time at all; nothing older than a year is planned by.
constexpr Milliseconds claim_age_max = std::chrono::hours{24 * 366};

Instant effective_time(Instant claimed, Milliseconds skew, Instant recorded_at) {
  const Instant earliest = recorded_at - claim_age_max;
  const Instant latest = recorded_at + claim_age_max;
  return std::clamp(std::clamp(claimed, earliest, latest) - skew, earliest, recorded_at);
}

}  // namespace

bool asks_for_another_try(Disposition disposition) {
  return disposition == Disposition::no_answer || disposition == Disposition::appointment ||
         disposition == Disposition::not_accessible;
}

const Try* Attempts::final_answer() const {
  for (const Try& one : tries) {
    if (one.stands() && is_final(answer_of(one.disposition))) return &one;
  }
  return nullptr;
}

const Try* Attempts::asks_again(Position seen) const {
  for (auto one = tries.rbegin(); one != tries.rend() && one->position > seen; ++one) {
    if (one->stands() && asks_for_another_try(one->disposition)) return &*one;
  }
  return nullptr;
}

std::uint32_t Attempts::no_answers() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(tries, [](const Try& one) {
    return one.stands() && one.disposition == Disposition::no_answer;
  }));
}

const Try* Attempts::retracted_last() const {
  const auto last = std::ranges::max_element(tries, {}, &Try::retracted_at);
  if (last == tries.end() || last->retracted_at < tries.back().position) return nullptr;
  return &*last;
}

void RoundAttempts::evolve(const Recorded& recorded, const Register& known) {
  const EventId id = recorded.event.envelope.id;
  std::visit(
      overloaded{
          [&](const RoundOpened& e) { open(e, id); },
          [&](const RoundClosed& e) {
            const auto found = rounds_.find(e.round);
            if (found != rounds_.end()) found->second.closed_by = id;
          },
          [&](const HouseholdWithdrawn& e) { withdrawn_by_.insert_or_assign(e.household, id); },
          [&](const VisitRecorded& e) { record(e, recorded, known); },
          [&](const VisitRetracted& e) { retract(e, recorded, known); },
          [&](const TaskOpened& e) { note_task(e, recorded, known); },
          [](const auto&) {},  // who works where, and what became of tasks, is folded elsewhere
      },
      recorded.event.body);
}

const Attempts* RoundAttempts::of(RoundId round, HouseholdIndex household) const {
  const auto found = rounds_.find(round);
  const auto at = static_cast<std::size_t>(household);
  if (found == rounds_.end() || at >= found->second.rows.size()) return nullptr;
  return &found->second.rows[at];
}

EventId RoundAttempts::opened_by(RoundId round) const {
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? EventId{} : found->second.opened_by;
}

EventId RoundAttempts::closed_by(RoundId round) const {
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? EventId{} : found->second.closed_by;
}

EventId RoundAttempts::withdrawn_by(HouseholdId household) const {
  const auto found = withdrawn_by_.find(household);
  return found == withdrawn_by_.end() ? EventId{} : found->second;
}

void RoundAttempts::open(const RoundOpened& opened, EventId by) {
  // Closed rounds get no tasks any more. The last one is kept until here, so that a visit that came
  // just before the end still counts as what answered its task.
  std::erase_if(rounds_, [](const auto& entry) { return !entry.second.closed_by.is_nil(); });
  rounds_.try_emplace(opened.round, RoundRows{.opened_by = by});
}

Attempts* RoundAttempts::row(RoundId round, HouseholdId household, const Register& known) {
  const auto found = rounds_.find(round);
  const auto index = known.find(household);
  if (found == rounds_.end() || !index) return nullptr;
  std::vector<Attempts>& rows = found->second.rows;
  const auto at = static_cast<std::size_t>(*index);
  if (at >= rows.size()) rows.resize(std::max(at + 1, known.households().size()));
  return &rows[at];
}

void RoundAttempts::record(const VisitRecorded& visit, const Recorded& recorded,
                           const Register& known) {
  Attempts* const attempts = row(visit.round, visit.household, known);
  if (!attempts) return;
  const auto same = [&](const Try& one) { return one.visit == visit.visit; };
  if (std::ranges::any_of(attempts->tries, same)) return;
  attempts->tries.push_back(
      {.visit = visit.visit,
       .position = recorded.stamp.position,
       .at = effective_time(recorded.event.envelope.happened_at, Milliseconds{visit.device_skew_ms},
                            recorded.stamp.recorded_at),
       .disposition = visit.disposition});
}

void RoundAttempts::retract(const VisitRetracted& retracted, const Recorded& recorded,
                            const Register& known) {
  const auto index = known.find(retracted.household);
  if (!index) return;
  const auto at = static_cast<std::size_t>(*index);
  // The visit is what counts: the retraction may name another round by mistake.
  for (auto& [id, round] : rounds_) {
    if (at >= round.rows.size()) continue;
    for (Try& one : round.rows[at].tries) {
      if (one.visit != retracted.visit || !one.stands()) continue;
      one.retracted_by = recorded.event.envelope.id;
      one.retracted_at = recorded.stamp.position;
    }
  }
}

void RoundAttempts::note_task(const TaskOpened& task, const Recorded& recorded,
                              const Register& known) {
  Attempts* const attempts = row(task.round, task.household, known);
  if (!attempts) return;
  const EventId cause = recorded.event.envelope.causation;
  // A task that the round itself caused knew of no visit.
  attempts->latest_task_saw = Position{};
  if (cause.is_nil()) return;
  for (const Try& one : attempts->tries) {
    if (one.visit.value == cause.value) attempts->latest_task_saw = one.position;
    if (one.retracted_by == cause) attempts->latest_task_saw = one.retracted_at;
  }
}

}  // namespace doorstep::assignment
