#include "clients/cli/field_visits.h"

namespace doorstep::cli {
namespace {

constexpr double lunch_from = 240;
constexpr double lunch_to = 300;

double chance_of_an_answer(const FieldHousehold& home, double minute, VisitMode mode,
                           bool promised) {
  if (promised) return 0.9;
  if (mode == VisitMode::phone) return 0.7;
  if (mode == VisitMode::proxy) return 0.35;
  const bool lunch = minute >= lunch_from && minute < lunch_to;
  switch (home.at_home) {
    case AtHome::all_day:
      return 0.92;
    case AtHome::after_work:
      return minute >= after_work_minute ? 0.9 : lunch ? 0.45 : 0.08;
    case AtHome::hardly_ever:
      return 0.04;
  }
  return 0;
}

PersonCounts as_answered(const FieldHousehold& home, bool all, SeededRandom& random) {
  PersonCounts persons = home.persons;
  persons.not_verified = 0;
  if (persons.usual > 1 && random.chance(0.2)) {
    persons.away_in_county = 1;
    persons.present = static_cast<std::uint16_t>(persons.usual - 1);
  }
  if (!all) {
    persons.not_verified = static_cast<std::uint16_t>(random.between(1, persons.usual));
  }
  return persons;
}

// Whoever looked for somebody to answer in their place, and found nobody, stood at a locked door.
VisitMode without_an_answer(VisitMode mode) {
  return mode == VisitMode::proxy ? VisitMode::at_door : mode;
}

// Households that nobody needs to meet: seen from the door, told by a neighbour, or reached by
// phone.
Meeting settle(const FieldHousehold& home, int number, VisitMode mode, SeededRandom& random) {
  Meeting meeting{.mode = mode, .disposition = home.truth, .minutes = random.from_to(1, 4)};
  switch (home.truth) {
    case Disposition::away_and_reached:
    case Disposition::screened_where_they_live:
      meeting.mode = VisitMode::phone;
      break;
    case Disposition::moved_away:
    case Disposition::registered_only:
      if (mode == VisitMode::at_door) meeting.mode = VisitMode::proxy;
      break;
    default:
      meeting.mode = VisitMode::at_door;
  }
  const bool known_at_once = mode == VisitMode::phone || home.truth == Disposition::demolished;
  if (!known_at_once && !random.chance(number == 1 ? 0.55 : 0.85)) {
    meeting.mode = without_an_answer(mode);
    meeting.disposition = Disposition::no_answer;
  }
  return meeting;
}

}  // namespace

Meeting meet(const FieldHousehold& home, double minute, int number, VisitMode mode, bool promised,
             SeededRandom& random) {
  if (home.truth != Disposition::screened) return settle(home, number, mode, random);
  Meeting meeting{.mode = mode, .minutes = random.from_to(1, 3)};
  if (!random.chance(chance_of_an_answer(home, minute, mode, promised))) {
    meeting.mode = without_an_answer(mode);
    const bool locked_out = mode == VisitMode::at_door && random.chance(0.02);
    meeting.disposition = locked_out ? Disposition::not_accessible : Disposition::no_answer;
    return meeting;
  }
  const double reply = random.fraction();
  const bool first = number == 1;
  if (reply < (first ? 0.015 : 0.004)) {
    meeting.disposition = Disposition::refused_for_now;
  } else if (reply < (first ? 0.035 : 0.01)) {
    meeting.disposition = Disposition::appointment;
  } else if (reply < (first ? 0.075 : 0.02) && home.persons.usual > 0) {
    meeting.disposition = Disposition::partial;
    meeting.persons = as_answered(home, false, random);
    meeting.minutes = random.from_to(3, 7);
  } else {
    if (mode == VisitMode::at_door && random.chance(0.02)) meeting.mode = VisitMode::video;
    meeting.disposition = Disposition::screened;
    meeting.persons = as_answered(home, true, random);
    meeting.minutes = random.from_to(3, 7);
  }
  return meeting;
}

}  // namespace doorstep::cli
