// The closed lists of MODEL: kinds, levels, dispositions, reasons. Their numbers are stored in the
// log and never change; their text names (names.h) are what JSON, CSV and the command line use.
#pragma once

#include <cstdint>

namespace doorstep {

enum class DwellingState : std::uint8_t { in_use = 1, vacant, demolished };

enum class HouseholdKind : std::uint8_t { family = 1, tenant, collective, registered_only };

enum class WithdrawalReason : std::uint8_t {
  moved_away = 1,
  duplicate,
  not_a_household,
  demolished,
  entered_in_error,
};

enum class WorkerKind : std::uint8_t {
  grid_worker = 1,
  village_cadre,
  township_cadre,
  county_official,
  party_member,
  member_in_training,
  retired_cadre,
  owners_committee,
  property_staff,
  keen_resident,
  volunteer,
  health_staff,
  clerk,
};

// The five levels joined up (五级联防联控), from the county leader's contact point to the
// neighbour.
enum class ResponsibilityLevel : std::uint8_t {
  contact_point = 1,
  covers_village,
  covers_grid,
  covers_household,
  neighbour,
};
enum class ResponsibilityRole : std::uint8_t { lead = 1, co_holder };
enum class ResponsibilityBasis : std::uint8_t { county_order = 1, township_order, pairing };
enum class ReleaseReason : std::uint8_t { replaced = 1, stood_down, ended, entered_in_error };
enum class HolderKind : std::uint8_t { worker = 1, unit };

enum class VisitMode : std::uint8_t { at_door = 1, phone, video, proxy, from_paper };

// What came of a visit. The answer (answer_of) groups them: screened, settled without meeting,
// partial, attempted.
enum class Disposition : std::uint8_t {
  screened = 1,
  away_and_reached = 2,  // the whole household is away and was reached
  vacant = 3,
  registered_only = 4,
  moved_away = 5,
  screened_where_they_live = 6,
  demolished = 7,
  partial = 8,
  no_answer = 9,
  refused_for_now = 10,
  appointment = 11,
  not_accessible = 12,
};

enum class Answer : std::uint8_t { untouched = 0, attempted, partial, settled, screened };

// Screened and settled are equally strong, over partial, over attempted, over untouched.
[[nodiscard]] constexpr int strength(Answer answer) {
  return answer == Answer::screened ? 3 : static_cast<int>(answer);
}
[[nodiscard]] constexpr Answer answer_of(Disposition disposition) {
  if (disposition == Disposition::screened) return Answer::screened;
  if (disposition <= Disposition::demolished) return Answer::settled;
  if (disposition == Disposition::partial) return Answer::partial;
  return Answer::attempted;
}
// True where the household needs no further screening in this round.
[[nodiscard]] constexpr bool is_final(Answer answer) {
  return strength(answer) == strength(Answer::screened);
}

enum class RetractionReason : std::uint8_t {
  wrong_household = 1,
  not_visited,
  duplicate,
  entered_in_error,
};

enum class TaskState : std::uint8_t { open = 1, given, done, cancelled };
enum class TaskKind : std::uint8_t { screening = 1 };
// How the next try is made: "no answer" climbs from the door to the phone to a person's decision.
enum class TaskApproach : std::uint8_t { at_door = 1, phone, person_decides };
enum class TaskReason : std::uint8_t {
  no_answer_yet = 1,  // first try of the round
  nobody_home = 2,    // the try before met nobody
  appointment_made = 3,
  not_accessible = 4,
  answer_retracted = 5,
};
enum class GivenReason : std::uint8_t { lead_of_household = 1, least_loaded_of_grid };
enum class CancellationReason : std::uint8_t {
  round_closed = 1,
  household_withdrawn,
  no_longer_due
};

// Why the data may be processed; every event states it.
enum class Purpose : std::uint8_t { roster = 1, screening, duty, work, organisation, system };

enum class StreamKind : std::uint16_t { area = 1, campaign, dwelling, household, worker, system };

// The number of an event's type, as stored. A reader hands unknown numbers on as Unknown.
enum class EventType : std::uint16_t {
  area_defined = 1,
  campaign_opened = 2,
  round_opened = 3,
  round_closed = 4,
  dwelling_registered = 10,
  household_registered = 11,
  household_placed = 12,
  household_withdrawn = 13,
  worker_registered = 20,
  worker_reported_in = 21,
  worker_stood_down = 22,
  responsibility_taken = 30,
  responsibility_released = 31,
  visit_recorded = 40,
  visit_retracted = 41,
  task_opened = 50,
  task_given = 51,
  task_done = 52,
  task_cancelled = 53,
  demonstration_marked = 90,
  projection_digest_recorded = 91,
  log_restored = 92,
};

}  // namespace doorstep
