#include "common/wire/event_body.h"

#include "common/wire/event_codec.h"

namespace doorstep::wire {
namespace {

Body read(schema::AreaDefined::Reader from) {
  return AreaDefined{.code = {from.getCode()}, .name = view_of(from.getName())};
}

Body read(schema::CampaignOpened::Reader from) {
  return CampaignOpened{.campaign = read_id<CampaignId>(from.getCampaign()),
                        .name = view_of(from.getName())};
}

Body read(schema::RoundOpened::Reader from) {
  return RoundOpened{.round = read_id<RoundId>(from.getRound()),
                     .campaign = read_id<CampaignId>(from.getCampaign()),
                     .number = from.getNumber(),
                     .question_set = view_of(from.getQuestionSet()),
                     .risk_list = view_of(from.getRiskList()),
                     .deadline = {from.getDeadline()}};
}

Body read(schema::RoundClosed::Reader from) {
  return RoundClosed{.round = read_id<RoundId>(from.getRound())};
}

Body read(schema::DwellingRegistered::Reader from) {
  return DwellingRegistered{.dwelling = read_id<DwellingId>(from.getDwelling()),
                            .state = static_cast<DwellingState>(from.getState())};
}

Body read(schema::HouseholdRegistered::Reader from) {
  return HouseholdRegistered{.household = read_id<HouseholdId>(from.getHousehold()),
                             .kind = static_cast<HouseholdKind>(from.getKind()),
                             .persons = read_persons(from.getPersons())};
}

Body read(schema::HouseholdPlaced::Reader from) {
  return HouseholdPlaced{.household = read_id<HouseholdId>(from.getHousehold()),
                         .dwelling = read_id<DwellingId>(from.getDwelling()),
                         .area = {from.getArea()},
                         .from = {from.getFrom()}};
}

Body read(schema::HouseholdWithdrawn::Reader from) {
  return HouseholdWithdrawn{.household = read_id<HouseholdId>(from.getHousehold()),
                            .reason = static_cast<WithdrawalReason>(from.getReason())};
}

Body read(schema::WorkerRegistered::Reader from) {
  return WorkerRegistered{.worker = read_id<WorkerId>(from.getWorker()),
                          .kind = static_cast<WorkerKind>(from.getKind()),
                          .home = {from.getHome()}};
}

Body read(schema::WorkerReportedIn::Reader from) {
  return WorkerReportedIn{.worker = read_id<WorkerId>(from.getWorker())};
}

Body read(schema::WorkerStoodDown::Reader from) {
  return WorkerStoodDown{.worker = read_id<WorkerId>(from.getWorker())};
}

Body read(schema::ResponsibilityTaken::Reader from) {
  return ResponsibilityTaken{
      .responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
      .household = read_id<HouseholdId>(from.getHousehold()),
      .level = static_cast<ResponsibilityLevel>(from.getLevel()),
      .role = static_cast<ResponsibilityRole>(from.getRole()),
      .holder = {static_cast<HolderKind>(from.getHolderKind()), read_uuid(from.getHolder())},
      .from = {from.getFrom()},
      .basis = static_cast<ResponsibilityBasis>(from.getBasis())};
}

Body read(schema::ResponsibilityReleased::Reader from) {
  return ResponsibilityReleased{
      .responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
      .household = read_id<HouseholdId>(from.getHousehold()),
      .at = {from.getAt()},
      .reason = static_cast<ReleaseReason>(from.getReason())};
}

Body read(schema::VisitRecorded::Reader from) {
  const auto done_by = from.getDoneBy();
  if (done_by.size() > DoneBy::workers_max) return Unknown{};
  VisitRecorded visit{.visit = read_id<VisitId>(from.getVisit()),
                      .household = read_id<HouseholdId>(from.getHousehold()),
                      .round = read_id<RoundId>(from.getRound()),
                      .entered_by = read_id<WorkerId>(from.getEnteredBy()),
                      .mode = static_cast<VisitMode>(from.getMode()),
                      .started = {from.getStarted()},
                      .ended = {from.getEnded()},
                      .disposition = static_cast<Disposition>(from.getDisposition()),
                      .persons = read_persons(from.getPersons()),
                      .device_skew_ms = from.getDeviceSkewMs()};
  for (const auto worker : done_by) visit.done_by.add(read_id<WorkerId>(worker));
  return visit;
}

Body read(schema::VisitRetracted::Reader from) {
  return VisitRetracted{.visit = read_id<VisitId>(from.getVisit()),
                        .household = read_id<HouseholdId>(from.getHousehold()),
                        .round = read_id<RoundId>(from.getRound()),
                        .reason = static_cast<RetractionReason>(from.getReason())};
}

Body read(schema::TaskOpened::Reader from) {
  return TaskOpened{.task = read_id<TaskId>(from.getTask()),
                    .kind = static_cast<TaskKind>(from.getKind()),
                    .household = read_id<HouseholdId>(from.getHousehold()),
                    .round = read_id<RoundId>(from.getRound()),
                    .ordinal = from.getOrdinal(),
                    .approach = static_cast<TaskApproach>(from.getApproach()),
                    .reason = static_cast<TaskReason>(from.getReason()),
                    .not_before = {from.getNotBefore()},
                    .not_after = {from.getNotAfter()},
                    .priority = from.getPriority()};
}

Body read(schema::TaskGiven::Reader from) {
  return TaskGiven{.task = read_id<TaskId>(from.getTask()),
                   .household = read_id<HouseholdId>(from.getHousehold()),
                   .to = read_id<WorkerId>(from.getTo()),
                   .reason = static_cast<GivenReason>(from.getReason())};
}

Body read(schema::TaskDone::Reader from) {
  return TaskDone{.task = read_id<TaskId>(from.getTask()),
                  .household = read_id<HouseholdId>(from.getHousehold()),
                  .visit = read_id<VisitId>(from.getVisit())};
}

Body read(schema::TaskCancelled::Reader from) {
  return TaskCancelled{.task = read_id<TaskId>(from.getTask()),
                       .household = read_id<HouseholdId>(from.getHousehold()),
                       .reason = static_cast<CancellationReason>(from.getReason())};
}

Body read(schema::DemonstrationMarked::Reader from) {
  return DemonstrationMarked{.starts = {from.getStarts()}, .speed = from.getSpeed()};
}

Body read(schema::ProjectionDigestRecorded::Reader from) {
  const auto sha256 = from.getSha256();
  ProjectionDigestRecorded digest{.projection = view_of(from.getProjection()),
                                  .version = from.getVersion(),
                                  .day = Day{from.getDay()},
                                  .upto = Position{from.getUpto()}};
  if (sha256.size() != digest.sha256.size()) return Unknown{};
  std::ranges::copy(sha256, digest.sha256.begin());
  return digest;
}

Body read(schema::LogRestored::Reader from) {
  const auto root = from.getRoot();
  LogRestored restored{.log = read_id<LogId>(from.getLog()),
                       .epoch = from.getEpoch(),
                       .upto = Position{from.getSize()},
                       .signature = view_of(from.getSignature())};
  if (root.size() != restored.root.size()) return Unknown{};
  std::ranges::copy(root, restored.root.begin());
  return restored;
}

}  // namespace

Body read_body(EventType type, capnp::AnyPointer::Reader body) {
  if (body.isNull()) return Unknown{};
  switch (type) {
    case EventType::area_defined:
      return read(body.getAs<schema::AreaDefined>());
    case EventType::campaign_opened:
      return read(body.getAs<schema::CampaignOpened>());
    case EventType::round_opened:
      return read(body.getAs<schema::RoundOpened>());
    case EventType::round_closed:
      return read(body.getAs<schema::RoundClosed>());
    case EventType::dwelling_registered:
      return read(body.getAs<schema::DwellingRegistered>());
    case EventType::household_registered:
      return read(body.getAs<schema::HouseholdRegistered>());
    case EventType::household_placed:
      return read(body.getAs<schema::HouseholdPlaced>());
    case EventType::household_withdrawn:
      return read(body.getAs<schema::HouseholdWithdrawn>());
    case EventType::worker_registered:
      return read(body.getAs<schema::WorkerRegistered>());
    case EventType::worker_reported_in:
      return read(body.getAs<schema::WorkerReportedIn>());
    case EventType::worker_stood_down:
      return read(body.getAs<schema::WorkerStoodDown>());
    case EventType::responsibility_taken:
      return read(body.getAs<schema::ResponsibilityTaken>());
    case EventType::responsibility_released:
      return read(body.getAs<schema::ResponsibilityReleased>());
    case EventType::visit_recorded:
      return read(body.getAs<schema::VisitRecorded>());
    case EventType::visit_retracted:
      return read(body.getAs<schema::VisitRetracted>());
    case EventType::task_opened:
      return read(body.getAs<schema::TaskOpened>());
    case EventType::task_given:
      return read(body.getAs<schema::TaskGiven>());
    case EventType::task_done:
      return read(body.getAs<schema::TaskDone>());
    case EventType::task_cancelled:
      return read(body.getAs<schema::TaskCancelled>());
    case EventType::demonstration_marked:
      return read(body.getAs<schema::DemonstrationMarked>());
    case EventType::projection_digest_recorded:
      return read(body.getAs<schema::ProjectionDigestRecorded>());
    case EventType::log_restored:
      return read(body.getAs<schema::LogRestored>());
  }
  return Unknown{};  // stored by a newer writer
}

}  // namespace doorstep::wire
