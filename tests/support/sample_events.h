// One event of every type, every field set to something that is not its default: for round trips
// and golden bytes. Numbers are arbitrary and never change, because golden files hold them.
#pragma once

#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/names.h"

namespace doorstep::test {

template <class AnyId>
[[nodiscard]] inline AnyId sample_id(std::uint64_t n) {
  return AnyId{{0x017f'b4a1'2c00'7000 + n, 0x8000'0000'0000'0000 + n}};
}

inline constexpr AreaCode sample_village{431'224'100'001'00000};
inline constexpr AreaCode sample_grid{431'224'100'001'00100};
inline constexpr Instant sample_time{1'647'990'000'000};  // 2022-03-23T07:00:00+08:00
inline constexpr PersonCounts sample_persons{.registered = 5,
                                             .usual = 4,
                                             .present = 2,
                                             .away_in_county = 1,
                                             .away_outside = 1,
                                             .not_verified = 3};

[[nodiscard]] inline Event sample_event(const Body& body, StreamId stream, Purpose purpose) {
  return {.envelope = {.id = sample_id<EventId>(1),
                       .type = type_of(body),
                       .stream = stream,
                       .area = sample_grid,
                       .happened_at = sample_time,
                       .actor = sample_id<ActorId>(2),
                       .device = sample_id<DeviceId>(3),
                       .purpose = purpose,
                       .causation = sample_id<EventId>(4),
                       .correlation = sample_id<EventId>(5)},
          .body = body};
}

// All that an event says of time.
inline void set_times(Event& event, Instant at) {
  event.envelope.happened_at = at;
  std::visit(overloaded{[at](RoundOpened& e) { e.deadline = at; },
                        [at](HouseholdPlaced& e) { e.from = at; },
                        [at](ResponsibilityTaken& e) { e.from = at; },
                        [at](ResponsibilityReleased& e) { e.at = at; },
                        [at](VisitRecorded& e) { e.started = e.ended = at; },
                        [at](TaskOpened& e) { e.not_before = e.not_after = at; },
                        [at](DemonstrationMarked& e) { e.starts = at; }, [](auto&) {}},
             event.body);
}

[[nodiscard]] inline VisitRecorded sample_visit() {
  VisitRecorded visit{.visit = sample_id<VisitId>(1),
                      .household = sample_id<HouseholdId>(10),
                      .round = sample_id<RoundId>(11),
                      .entered_by = sample_id<WorkerId>(14),
                      .mode = VisitMode::from_paper,
                      .started = sample_time,
                      .ended = sample_time + Milliseconds{300'000},
                      .disposition = Disposition::partial,
                      .persons = sample_persons,
                      .device_skew_ms = -1500};
  visit.done_by.add(sample_id<WorkerId>(12));
  visit.done_by.add(sample_id<WorkerId>(13));
  return visit;
}

[[nodiscard]] inline std::vector<Event> sample_places_and_doors() {
  const auto household = sample_id<HouseholdId>(10);
  const auto dwelling = sample_id<DwellingId>(20);
  const auto round = sample_id<RoundId>(11);
  const auto campaign = sample_id<CampaignId>(21);
  return {
      sample_event(AreaDefined{sample_village, "卢峰镇警予社区"}, stream_of(sample_village),
                   Purpose::roster),
      sample_event(CampaignOpened{campaign, "全县核酸筛查"}, stream_of(campaign),
                   Purpose::screening),
      sample_event(RoundOpened{round, campaign, 2, "screening-2022-03", "risk-list-5",
                               sample_time + Milliseconds{86'400'000}},
                   stream_of(campaign), Purpose::screening),
      sample_event(RoundClosed{round}, stream_of(campaign), Purpose::screening),
      sample_event(DwellingRegistered{dwelling, DwellingState::vacant}, stream_of(dwelling),
                   Purpose::roster),
      sample_event(HouseholdRegistered{household, HouseholdKind::tenant, sample_persons},
                   stream_of(household), Purpose::roster),
      sample_event(HouseholdPlaced{household, dwelling, sample_grid, sample_time},
                   stream_of(household), Purpose::roster),
      sample_event(HouseholdWithdrawn{household, WithdrawalReason::duplicate}, stream_of(household),
                   Purpose::roster),
  };
}

[[nodiscard]] inline std::vector<Event> sample_people() {
  const auto household = sample_id<HouseholdId>(10);
  const auto worker = sample_id<WorkerId>(12);
  const auto responsibility = sample_id<ResponsibilityId>(22);
  return {
      sample_event(WorkerRegistered{worker, WorkerKind::village_cadre, sample_village},
                   stream_of(worker), Purpose::duty),
      sample_event(WorkerReportedIn{worker}, stream_of(worker), Purpose::duty),
      sample_event(WorkerStoodDown{worker}, stream_of(worker), Purpose::duty),
      sample_event(ResponsibilityTaken{responsibility,
                                       household,
                                       ResponsibilityLevel::covers_household,
                                       ResponsibilityRole::co_holder,
                                       {HolderKind::unit, worker.value},
                                       sample_time,
                                       ResponsibilityBasis::pairing},
                   stream_of(household), Purpose::organisation),
      sample_event(
          ResponsibilityReleased{responsibility, household, sample_time, ReleaseReason::stood_down},
          stream_of(household), Purpose::organisation),
  };
}

[[nodiscard]] inline std::vector<Event> sample_work() {
  const auto household = sample_id<HouseholdId>(10);
  const auto round = sample_id<RoundId>(11);
  const auto task = sample_id<TaskId>(23);
  ProjectionDigestRecorded digest{"coverage", 3, Day{19'074}, Position{12'345}};
  for (std::uint8_t i = 0; i < 32; ++i) digest.sha256[i] = static_cast<std::uint8_t>(i + 1);
  LogRestored restored{sample_id<LogId>(77), 3, Position{4'711}};
  for (std::uint8_t i = 0; i < 32; ++i) restored.root[i] = static_cast<std::uint8_t>(2 * i);
  restored.signature = "\u2014 doorstep/017fb4a1-2c00-704d-8000-00000000004d/3 AAEC";
  const auto screening = Purpose::screening;
  return {
      sample_event(sample_visit(), stream_of(household), screening),
      sample_event(VisitRetracted{sample_id<VisitId>(6), household, round,
                                  RetractionReason::wrong_household},
                   stream_of(household), screening),
      sample_event(TaskOpened{task, TaskKind::screening, household, round, 2, TaskApproach::phone,
                              TaskReason::nobody_home, sample_time,
                              sample_time + Milliseconds{3'600'000}, 5},
                   stream_of(household), Purpose::work),
      sample_event(
          TaskGiven{task, household, sample_id<WorkerId>(12), GivenReason::least_loaded_of_grid},
          stream_of(household), Purpose::work),
      sample_event(TaskDone{task, household, sample_id<VisitId>(6)}, stream_of(household),
                   Purpose::work),
      sample_event(TaskCancelled{task, household, CancellationReason::no_longer_due},
                   stream_of(household), Purpose::work),
      sample_event(DemonstrationMarked{sample_time, 600}, system_stream, Purpose::system),
      sample_event(digest, system_stream, Purpose::system),
      sample_event(restored, system_stream, Purpose::system),
  };
}

// In the order of words.h.
[[nodiscard]] inline std::vector<Event> sample_events() {
  std::vector<Event> all = sample_places_and_doors();
  for (const auto& more : {sample_people(), sample_work()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace doorstep::test
