#include "common/wire/event_body.h"

#include "common/wire/event_codec.h"

namespace doorstep::wire {
namespace {

// Each leaves Unknown where it is, if the body cannot be of its type.
void read(schema::AreaDefined::Reader from, Body& to) {
  to = AreaDefined{.code = {from.getCode()}, .name = view_of(from.getName())};
}

void read(schema::CampaignOpened::Reader from, Body& to) {
  to = CampaignOpened{.campaign = read_id<CampaignId>(from.getCampaign()),
                      .name = view_of(from.getName())};
}

void read(schema::RoundOpened::Reader from, Body& to) {
  to = RoundOpened{.round = read_id<RoundId>(from.getRound()),
                   .campaign = read_id<CampaignId>(from.getCampaign()),
                   .number = from.getNumber(),
                   .question_set = view_of(from.getQuestionSet()),
                   .risk_list = view_of(from.getRiskList()),
                   .deadline = {from.getDeadline()}};
}

void read(schema::RoundClosed::Reader from, Body& to) {
  to = RoundClosed{.round = read_id<RoundId>(from.getRound())};
}

void read(schema::DwellingRegistered::Reader from, Body& to) {
  to = DwellingRegistered{.dwelling = read_id<DwellingId>(from.getDwelling()),
                          .state = static_cast<DwellingState>(from.getState())};
}

void read(schema::HouseholdRegistered::Reader from, Body& to) {
  to = HouseholdRegistered{.household = read_id<HouseholdId>(from.getHousehold()),
                           .kind = static_cast<HouseholdKind>(from.getKind()),
                           .persons = read_persons(from.getPersons())};
}

void read(schema::HouseholdPlaced::Reader from, Body& to) {
  to = HouseholdPlaced{.household = read_id<HouseholdId>(from.getHousehold()),
                       .dwelling = read_id<DwellingId>(from.getDwelling()),
                       .area = {from.getArea()},
                       .from = {from.getFrom()}};
}

void read(schema::HouseholdWithdrawn::Reader from, Body& to) {
  to = HouseholdWithdrawn{.household = read_id<HouseholdId>(from.getHousehold()),
                          .reason = static_cast<WithdrawalReason>(from.getReason())};
}

void read(schema::WorkerRegistered::Reader from, Body& to) {
  to = WorkerRegistered{.worker = read_id<WorkerId>(from.getWorker()),
                        .kind = static_cast<WorkerKind>(from.getKind()),
                        .home = {from.getHome()}};
}

void read(schema::WorkerReportedIn::Reader from, Body& to) {
  to = WorkerReportedIn{.worker = read_id<WorkerId>(from.getWorker())};
}

void read(schema::WorkerStoodDown::Reader from, Body& to) {
  to = WorkerStoodDown{.worker = read_id<WorkerId>(from.getWorker())};
}

void read(schema::ResponsibilityTaken::Reader from, Body& to) {
  to = ResponsibilityTaken{
      .responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
      .household = read_id<HouseholdId>(from.getHousehold()),
      .level = static_cast<ResponsibilityLevel>(from.getLevel()),
      .role = static_cast<ResponsibilityRole>(from.getRole()),
      .holder = {static_cast<HolderKind>(from.getHolderKind()), read_uuid(from.getHolder())},
      .from = {from.getFrom()},
      .basis = static_cast<ResponsibilityBasis>(from.getBasis())};
}

void read(schema::ResponsibilityReleased::Reader from, Body& to) {
  to = ResponsibilityReleased{.responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
                              .household = read_id<HouseholdId>(from.getHousehold()),
                              .at = {from.getAt()},
                              .reason = static_cast<ReleaseReason>(from.getReason())};
}

// Most of what a day holds are visits: filled in place, field by field.
void read(schema::VisitRecorded::Reader from, Body& to) {
  const auto done_by = from.getDoneBy();
  if (done_by.size() > DoneBy::workers_max) return;
  VisitRecorded& visit = to.emplace<VisitRecorded>();
  visit.visit = read_id<VisitId>(from.getVisit());
  visit.household = read_id<HouseholdId>(from.getHousehold());
  visit.round = read_id<RoundId>(from.getRound());
  for (const auto worker : done_by) visit.done_by.add(read_id<WorkerId>(worker));
  if (from.hasEnteredBy()) visit.entered_by = read_id<WorkerId>(from.getEnteredBy());
  visit.mode = static_cast<VisitMode>(from.getMode());
  visit.started = {from.getStarted()};
  visit.ended = {from.getEnded()};
  visit.disposition = static_cast<Disposition>(from.getDisposition());
  visit.persons = read_persons(from.getPersons());
  visit.device_skew_ms = from.getDeviceSkewMs();
}

void read(schema::VisitRetracted::Reader from, Body& to) {
  to = VisitRetracted{.visit = read_id<VisitId>(from.getVisit()),
                      .household = read_id<HouseholdId>(from.getHousehold()),
                      .round = read_id<RoundId>(from.getRound()),
                      .reason = static_cast<RetractionReason>(from.getReason())};
}

void read(schema::TaskOpened::Reader from, Body& to) {
  to = TaskOpened{.task = read_id<TaskId>(from.getTask()),
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

void read(schema::TaskGiven::Reader from, Body& to) {
  to = TaskGiven{.task = read_id<TaskId>(from.getTask()),
                 .household = read_id<HouseholdId>(from.getHousehold()),
                 .to = read_id<WorkerId>(from.getTo()),
                 .reason = static_cast<GivenReason>(from.getReason())};
}

void read(schema::TaskDone::Reader from, Body& to) {
  to = TaskDone{.task = read_id<TaskId>(from.getTask()),
                .household = read_id<HouseholdId>(from.getHousehold()),
                .visit = read_id<VisitId>(from.getVisit())};
}

void read(schema::TaskCancelled::Reader from, Body& to) {
  to = TaskCancelled{.task = read_id<TaskId>(from.getTask()),
                     .household = read_id<HouseholdId>(from.getHousehold()),
                     .reason = static_cast<CancellationReason>(from.getReason())};
}

void read(schema::DemonstrationMarked::Reader from, Body& to) {
  to = DemonstrationMarked{.starts = {from.getStarts()}, .speed = from.getSpeed()};
}

void read(schema::ProjectionDigestRecorded::Reader from, Body& to) {
  const auto sha256 = from.getSha256();
  ProjectionDigestRecorded digest{.projection = view_of(from.getProjection()),
                                  .version = from.getVersion(),
                                  .day = Day{from.getDay()},
                                  .upto = Position{from.getUpto()}};
  if (sha256.size() != digest.sha256.size()) return;
  std::ranges::copy(sha256, digest.sha256.begin());
  to = digest;
}

void read(schema::LogRestored::Reader from, Body& to) {
  const auto root = from.getRoot();
  LogRestored restored{.log = read_id<LogId>(from.getLog()),
                       .epoch = from.getEpoch(),
                       .upto = Position{from.getSize()},
                       .signature = view_of(from.getSignature())};
  if (root.size() != restored.root.size()) return;
  std::ranges::copy(root, restored.root.begin());
  to = restored;
}

}  // namespace

void read_body(EventType type, capnp::AnyPointer::Reader body, Body& to) {
  to = Unknown{};
  if (body.isNull()) return;
  switch (type) {
    case EventType::area_defined:
      return read(body.getAs<schema::AreaDefined>(), to);
    case EventType::campaign_opened:
      return read(body.getAs<schema::CampaignOpened>(), to);
    case EventType::round_opened:
      return read(body.getAs<schema::RoundOpened>(), to);
    case EventType::round_closed:
      return read(body.getAs<schema::RoundClosed>(), to);
    case EventType::dwelling_registered:
      return read(body.getAs<schema::DwellingRegistered>(), to);
    case EventType::household_registered:
      return read(body.getAs<schema::HouseholdRegistered>(), to);
    case EventType::household_placed:
      return read(body.getAs<schema::HouseholdPlaced>(), to);
    case EventType::household_withdrawn:
      return read(body.getAs<schema::HouseholdWithdrawn>(), to);
    case EventType::worker_registered:
      return read(body.getAs<schema::WorkerRegistered>(), to);
    case EventType::worker_reported_in:
      return read(body.getAs<schema::WorkerReportedIn>(), to);
    case EventType::worker_stood_down:
      return read(body.getAs<schema::WorkerStoodDown>(), to);
    case EventType::responsibility_taken:
      return read(body.getAs<schema::ResponsibilityTaken>(), to);
    case EventType::responsibility_released:
      return read(body.getAs<schema::ResponsibilityReleased>(), to);
    case EventType::visit_recorded:
      return read(body.getAs<schema::VisitRecorded>(), to);
    case EventType::visit_retracted:
      return read(body.getAs<schema::VisitRetracted>(), to);
    case EventType::task_opened:
      return read(body.getAs<schema::TaskOpened>(), to);
    case EventType::task_given:
      return read(body.getAs<schema::TaskGiven>(), to);
    case EventType::task_done:
      return read(body.getAs<schema::TaskDone>(), to);
    case EventType::task_cancelled:
      return read(body.getAs<schema::TaskCancelled>(), to);
    case EventType::demonstration_marked:
      return read(body.getAs<schema::DemonstrationMarked>(), to);
    case EventType::projection_digest_recorded:
      return read(body.getAs<schema::ProjectionDigestRecorded>(), to);
    case EventType::log_restored:
      return read(body.getAs<schema::LogRestored>(), to);
  }
  // Stored by a newer writer.
}

}  // namespace doorstep::wire
