#include "common/domain/event.h"

namespace doorstep {

EventType type_of(const Body& body) {
  return std::visit(
      overloaded{
          [](const AreaDefined&) { return EventType::area_defined; },
          [](const CampaignOpened&) { return EventType::campaign_opened; },
          [](const RoundOpened&) { return EventType::round_opened; },
          [](const RoundClosed&) { return EventType::round_closed; },
          [](const DwellingRegistered&) { return EventType::dwelling_registered; },
          [](const HouseholdRegistered&) { return EventType::household_registered; },
          [](const HouseholdPlaced&) { return EventType::household_placed; },
          [](const HouseholdWithdrawn&) { return EventType::household_withdrawn; },
          [](const WorkerRegistered&) { return EventType::worker_registered; },
          [](const WorkerReportedIn&) { return EventType::worker_reported_in; },
          [](const WorkerStoodDown&) { return EventType::worker_stood_down; },
          [](const ResponsibilityTaken&) { return EventType::responsibility_taken; },
          [](const ResponsibilityReleased&) { return EventType::responsibility_released; },
          [](const VisitRecorded&) { return EventType::visit_recorded; },
          [](const VisitRetracted&) { return EventType::visit_retracted; },
          [](const TaskOpened&) { return EventType::task_opened; },
          [](const TaskGiven&) { return EventType::task_given; },
          [](const TaskDone&) { return EventType::task_done; },
          [](const TaskCancelled&) { return EventType::task_cancelled; },
          [](const DemonstrationMarked&) { return EventType::demonstration_marked; },
          [](const ProjectionDigestRecorded&) { return EventType::projection_digest_recorded; },
          [](const LogRestored&) { return EventType::log_restored; },
          [](const Unknown&) { return EventType{}; },
      },
      body);
}

}  // namespace doorstep
