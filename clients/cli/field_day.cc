#include "clients/cli/field_day.h"

#include <algorithm>
#include <array>
#include <optional>
#include <queue>
#include <unordered_map>

#include "clients/cli/field_visits.h"
#include "clients/cli/seeded_random.h"
#include "common/domain/assert.h"
#include "common/hash/sha256.h"

namespace doorstep::cli {
namespace {

// Minutes of a county's day, 08:00 to 22:00, before it is stretched to the asked length.
constexpr double day_minutes = 840;
constexpr double last_knock = 800;

// How knocking is spread: from the morning into the evening, when people are home.
constexpr std::pair<int, double> knocks_by_hour[] = {{0, 6},   {1, 9},   {2, 9},   {3, 6}, {4, 2},
                                                     {5, 3},   {6, 6},   {7, 6},   {8, 6}, {9, 8},
                                                     {10, 12}, {11, 16}, {12, 11}, {13, 2}};

// When the paper lists reach the clerk, and when phones that were out of reach come back.
constexpr double paper_minutes[] = {270, 600, 780};

struct Outage {
  double from{};
  double to{};
};

struct Besides {
  Instant not_before{};  // what this fact is about was sent then
  AreaCode area{};
};

class Planner {
 public:
  Planner(const County& county, const DaySettings& settings)
      : county_{county}, settings_{settings}, random_{settings.seed ^ 0xda1} {
    minute_ms_ = static_cast<double>(settings.length.count()) / day_minutes;
    root_ = named_id("field day", std::to_string(settings.seed) + " " + to_string(settings.from));
  }

  FieldDay plan() {
    day_.campaign = {named_id("field campaign", "")};  // all days' one campaign, a round each
    day_.round = {derived_id(settings_.from, "field round", root_)};
    day_.from = settings_.from;
    day_.deadline = at(day_minutes);
    for (std::uint32_t i = 0; i < county_.workers.size(); ++i) start_worker(i);
    for (std::uint32_t i = 0; i < county_.households.size(); ++i) plan_first_try(i);
    while (!tries_.empty()) {
      const Try next = tries_.top();
      tries_.pop();
      make_visit(next);
    }
    find_unlisted_households();
    withdraw_some();
    std::ranges::stable_sort(day_.actions, {}, &FieldAction::send_at);
    return std::move(day_);
  }

 private:
  struct Try {
    double minute{};
    std::uint32_t household{};
    std::uint32_t worker{};
    int number{1};
    VisitMode mode{VisitMode::at_door};
    bool promised{};  // an appointment

    // The queue's top is its largest: the earliest try, then the lowest household.
    bool operator<(const Try& other) const {
      return std::pair{minute, household} > std::pair{other.minute, other.household};
    }
  };

  Instant at(double minute) const {
    return settings_.from + Milliseconds{static_cast<std::int64_t>(minute * minute_ms_)};
  }
  EventId fresh_id(Instant when) { return {derived_id(when, "field", root_, ++ids_)}; }

  void start_worker(std::uint32_t index) {
    const FieldWorker& worker = county_.workers[index];
    free_from_.push_back(0);
    outages_.push_back(std::nullopt);
    if (worker.kind != WorkerKind::clerk && random_.chance(0.06)) {
      const double from = random_.from_to(30, 500);
      outages_.back() = Outage{from, from + random_.from_to(120, 300)};
    }
    if (!worker.reports_in) return;
    const double start = random_.from_to(0, 25);
    const double end = random_.from_to(815, 838);
    push(index, start, start + 0.2, WorkerReportedIn{worker.id});
    if (random_.chance(0.9)) push(index, end, end + 0.2, WorkerStoodDown{worker.id});
  }

  void plan_first_try(std::uint32_t index) {
    if (random_.chance(0.015)) return;  // a door that nobody gets to today
    const int hour = random_.pick<int>(knocks_by_hour);
    const double minute = 60.0 * hour + random_.from_to(0, 60);
    const bool by_phone =
        county_.households[index].truth == Disposition::away_and_reached && random_.chance(0.4);
    tries_.push({.minute = std::max(10.0, minute),
                 .household = index,
                 .worker = county_.households[index].worker,
                 .mode = by_phone ? VisitMode::phone : VisitMode::at_door});
  }

  void make_visit(Try next) {
    const FieldHousehold& home = county_.households[next.household];
    const FieldGrid& grid = county_.grids[home.grid];
    double& free_from = free_from_[next.worker];
    const double start = std::max(next.minute, free_from);
    if (start > last_knock) return;
    const Meeting meeting = meet(home, start, next.number, next.mode, next.promised, random_);
    const double end = start + meeting.minutes;
    free_from = end + random_.from_to(0.5, 2.5);

    VisitRecorded visit{};
    visit.household = home.id;
    visit.round = day_.round;
    visit.done_by.add(county_.workers[next.worker].id);
    if (grid.workers.size() > 1 && next.mode == VisitMode::at_door && random_.chance(0.12)) {
      const std::uint32_t second = grid.workers[random_.below(grid.workers.size())];
      if (second != next.worker) visit.done_by.add(county_.workers[second].id);
    }
    visit.mode = meeting.mode;
    visit.started = at(start);
    visit.ended = at(end);
    visit.disposition = meeting.disposition;
    visit.persons = meeting.persons;
    const FieldAction& sent = record(next.worker, grid, end, visit);
    if (random_.chance(0.007)) retract(next, sent, end);
    if (is_final(answer_of(meeting.disposition))) {
      if (random_.chance(0.006)) visit_twice(next, grid);
      return;
    }
    try_again(next, meeting.disposition, end);
  }

  // Another worker, who did not know, asks the same household.
  void visit_twice(const Try& first, const FieldGrid& grid) {
    const std::uint32_t other = grid.workers[random_.below(grid.workers.size())];
    if (other == first.worker || first.number > 3) return;
    tries_.push({.minute = first.minute + random_.from_to(60, 240),
                 .household = first.household,
                 .worker = other,
                 .number = 4});
  }

  void try_again(const Try& last, Disposition disposition, double end) {
    if (last.number >= 4) return;
    Try next = last;
    next.number = last.number + 1;
    next.promised = disposition == Disposition::appointment;
    const bool daytime = end < after_work_minute;
    switch (disposition) {
      case Disposition::no_answer:
        if (last.number == 1) {
          next.minute = daytime && random_.chance(0.75) ? random_.from_to(after_work_minute, 790)
                                                        : end + random_.from_to(60, 200);
        } else {
          next.mode = last.number == 2 ? VisitMode::phone : VisitMode::proxy;
          next.minute = end + random_.from_to(15, 120);
        }
        break;
      case Disposition::refused_for_now: {
        const auto& team = county_.grids[county_.households[last.household].grid].workers;
        next.worker = team[random_.below(team.size())];
        next.minute = end + random_.from_to(120, 300);
        break;
      }
      case Disposition::partial:
        next.mode = VisitMode::phone;
        next.minute = end + random_.from_to(60, 300);
        break;
      default:
        next.minute =
            daytime ? random_.from_to(after_work_minute, 780) : end + random_.from_to(30, 90);
    }
    tries_.push(next);
  }

  // Sent at once, when the phone is back in reach, or by the clerk from the paper list.
  const FieldAction& record(std::uint32_t worker, const FieldGrid& grid, double end,
                            VisitRecorded visit) {
    if (grid.on_paper && visit.mode == VisitMode::at_door) {
      const double session = *std::ranges::find_if(
          paper_minutes, [&](double minute) { return minute > end || minute == paper_minutes[2]; });
      double& typed = typed_until_[grid.clerk];
      typed = std::max({typed, session, end}) + random_.from_to(0.15, 0.4);
      visit.mode = VisitMode::from_paper;
      visit.entered_by = county_.workers[grid.clerk].id;
      return push(grid.clerk, end, typed, visit);
    }
    return push(worker, end, end + random_.from_to(0.1, 1.5), visit);
  }

  void retract(const Try& of, const FieldAction& sent, double end) {
    constexpr std::pair<RetractionReason, double> reasons[] = {
        {RetractionReason::wrong_household, 40},
        {RetractionReason::not_visited, 10},
        {RetractionReason::duplicate, 15},
        {RetractionReason::entered_in_error, 35}};
    const double minute = std::min(end + random_.from_to(5, 60), day_minutes - 2);
    push(of.worker, minute, minute + 0.3,
         VisitRetracted{.visit = {sent.id.value},
                        .household = county_.households[of.household].id,
                        .round = day_.round,
                        .reason = random_.pick<RetractionReason>(reasons)},
         {.not_before = sent.send_at});
    if (random_.chance(0.6)) {
      tries_.push({.minute = minute + random_.from_to(5, 90),
                   .household = of.household,
                   .worker = of.worker,
                   .number = 3,
                   .mode = VisitMode::phone});
    }
  }

  // Doors that no list knows: counted apart, and half of them registered before the evening.
  void find_unlisted_households() {
    const std::size_t finds = (county_.households.size() + 199) / 200;
    for (std::size_t i = 0; i < finds; ++i) {
      const std::size_t index = random_.below(county_.grids.size());
      const FieldGrid& grid = county_.grids[index];
      const std::uint32_t worker = grid.workers[random_.below(grid.workers.size())];
      const std::string key = to_string(root_) + " " + std::to_string(i);
      const double end = random_.from_to(40, 780);
      VisitRecorded visit{};
      visit.household = {named_id("found household", key)};
      visit.round = day_.round;
      visit.done_by.add(county_.workers[worker].id);
      visit.mode = VisitMode::at_door;
      visit.started = at(end - 4);
      visit.ended = at(end);
      visit.disposition = Disposition::screened;
      visit.persons = {.registered = 0, .usual = 2, .present = 2};
      const AreaCode area = grid.micro_grids.empty() ? grid.code : grid.micro_grids.front().code;
      const Instant sent = push(worker, end, end + 0.5, visit, {.area = area}).send_at;
      if (!random_.chance(0.5)) continue;
      push(grid.clerk, end + 20, end + 30,
           Registration{.household = visit.household,
                        .dwelling = {named_id("found dwelling", key)},
                        .kind = HouseholdKind::tenant,
                        .area = area,
                        .persons = visit.persons},
           {.not_before = sent});
    }
  }

  void withdraw_some() {
    constexpr std::pair<WithdrawalReason, double> reasons[] = {
        {WithdrawalReason::moved_away, 50},
        {WithdrawalReason::duplicate, 25},
        {WithdrawalReason::not_a_household, 10},
        {WithdrawalReason::demolished, 10},
        {WithdrawalReason::entered_in_error, 5}};
    for (std::size_t i = 0; i < county_.households.size(); ++i) {
      if (!random_.chance(0.003)) continue;
      const FieldHousehold& home = county_.households[i];
      const double minute = random_.from_to(60, 800);
      push(county_.grids[home.grid].clerk, minute, minute + 0.5,
           HouseholdWithdrawn{home.id, random_.pick<WithdrawalReason>(reasons)});
    }
  }

  const FieldAction& push(std::uint32_t worker, double happened, double sent, FieldFact fact,
                          Besides besides = {}) {
    const FieldWorker& who = county_.workers[worker];
    const auto& outage = outages_[worker];
    const bool cut_off = outage && sent >= outage->from && sent < outage->to;
    if (cut_off) sent = outage->to + (sent - outage->from) * 0.01;  // the outbox empties in a burst
    FieldAction action{.send_at = std::max(at(sent), besides.not_before + Milliseconds{1'000}),
                       .happened_at = at(happened),
                       .actor = who.id,
                       .area = besides.area,
                       .fact = std::move(fact)};
    if (who.kind != WorkerKind::clerk) {
      action.device = who.device;
      action.skew_ms = who.skew_ms;
    }
    action.id = fresh_id(action.send_at);
    if (auto* visit = std::get_if<VisitRecorded>(&action.fact)) visit->visit = {action.id.value};
    if (random_.chance(cut_off ? 0.15 : 0.02)) {
      FieldAction again = action;
      again.again = true;
      again.send_at = action.send_at + Milliseconds{random_.between(1'000, 900'000)};
      day_.actions.push_back(std::move(again));
    }
    day_.actions.push_back(std::move(action));
    return day_.actions.back();
  }

  const County& county_;
  const DaySettings& settings_;
  SeededRandom random_;
  double minute_ms_{};
  Uuid root_{};
  std::uint64_t ids_{};
  FieldDay day_{};
  std::priority_queue<Try> tries_{};
  std::vector<double> free_from_{};
  std::vector<std::optional<Outage>> outages_{};
  std::unordered_map<std::uint32_t, double> typed_until_{};
};

}  // namespace

FieldDay make_day(const County& county, const DaySettings& settings) {
  return Planner{county, settings}.plan();
}

Uuid subject_of(const FieldAction& action) {
  return std::visit(overloaded{[](const WorkerReportedIn& fact) { return fact.worker.value; },
                               [](const WorkerStoodDown& fact) { return fact.worker.value; },
                               [](const auto& fact) { return fact.household.value; }},
                    action.fact);
}

}  // namespace doorstep::cli
