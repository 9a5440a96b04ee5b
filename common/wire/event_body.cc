#include "common/wire/event_body.h"

#include "common/wire/event_codec.h"

namespace doorstep::wire {
namespace {

// Which body is read: From, its reader, is another in each layout.
template <class T>
struct As {};

// Each leaves Unknown where it is, if the body cannot be of its type.
template <class From>
void read(As<AreaDefined>, const From& from, Body& to) {
  to = AreaDefined{.code = {from.getCode()}, .name = view_of(from.getName())};
}

template <class From>
void read(As<CampaignOpened>, const From& from, Body& to) {
  to = CampaignOpened{.campaign = read_id<CampaignId>(from.getCampaign()),
                      .name = view_of(from.getName())};
}

template <class From>
void read(As<RoundOpened>, const From& from, Body& to) {
  to = RoundOpened{.round = read_id<RoundId>(from.getRound()),
                   .campaign = read_id<CampaignId>(from.getCampaign()),
                   .number = from.getNumber(),
                   .question_set = view_of(from.getQuestionSet()),
                   .risk_list = view_of(from.getRiskList()),
                   .deadline = {from.getDeadline()}};
}

template <class From>
void read(As<RoundClosed>, const From& from, Body& to) {
  to = RoundClosed{.round = read_id<RoundId>(from.getRound())};
}

template <class From>
void read(As<DwellingRegistered>, const From& from, Body& to) {
  to = DwellingRegistered{.dwelling = read_id<DwellingId>(from.getDwelling()),
                          .state = static_cast<DwellingState>(from.getState())};
}

template <class From>
void read(As<HouseholdRegistered>, const From& from, Body& to) {
  to = HouseholdRegistered{.household = read_id<HouseholdId>(from.getHousehold()),
                           .kind = static_cast<HouseholdKind>(from.getKind()),
                           .persons = read_persons(from.getPersons())};
}

template <class From>
void read(As<HouseholdPlaced>, const From& from, Body& to) {
  to = HouseholdPlaced{.household = read_id<HouseholdId>(from.getHousehold()),
                       .dwelling = read_id<DwellingId>(from.getDwelling()),
                       .area = {from.getArea()},
                       .from = {from.getFrom()}};
}

template <class From>
void read(As<HouseholdWithdrawn>, const From& from, Body& to) {
  to = HouseholdWithdrawn{.household = read_id<HouseholdId>(from.getHousehold()),
                          .reason = static_cast<WithdrawalReason>(from.getReason())};
}

template <class From>
void read(As<WorkerRegistered>, const From& from, Body& to) {
  to = WorkerRegistered{.worker = read_id<WorkerId>(from.getWorker()),
                        .kind = static_cast<WorkerKind>(from.getKind()),
                        .home = {from.getHome()}};
}

template <class From>
void read(As<WorkerReportedIn>, const From& from, Body& to) {
  to = WorkerReportedIn{.worker = read_id<WorkerId>(from.getWorker())};
}

template <class From>
void read(As<WorkerStoodDown>, const From& from, Body& to) {
  to = WorkerStoodDown{.worker = read_id<WorkerId>(from.getWorker())};
}

template <class From>
void read(As<ResponsibilityTaken>, const From& from, Body& to) {
  to = ResponsibilityTaken{
      .responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
      .household = read_id<HouseholdId>(from.getHousehold()),
      .level = static_cast<ResponsibilityLevel>(from.getLevel()),
      .role = static_cast<ResponsibilityRole>(from.getRole()),
      .holder = {static_cast<HolderKind>(from.getHolderKind()), read_uuid(from.getHolder())},
      .from = {from.getFrom()},
      .basis = static_cast<ResponsibilityBasis>(from.getBasis())};
}

template <class From>
void read(As<ResponsibilityReleased>, const From& from, Body& to) {
  to = ResponsibilityReleased{.responsibility = read_id<ResponsibilityId>(from.getResponsibility()),
                              .household = read_id<HouseholdId>(from.getHousehold()),
                              .at = {from.getAt()},
                              .reason = static_cast<ReleaseReason>(from.getReason())};
}

// Most of what a day holds are visits: filled in place, field by field.
template <class From>
void read(As<VisitRecorded>, const From& from, Body& to) {
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

template <class From>
void read(As<VisitRetracted>, const From& from, Body& to) {
  to = VisitRetracted{.visit = read_id<VisitId>(from.getVisit()),
                      .household = read_id<HouseholdId>(from.getHousehold()),
                      .round = read_id<RoundId>(from.getRound()),
                      .reason = static_cast<RetractionReason>(from.getReason())};
}

template <class From>
void read(As<TaskOpened>, const From& from, Body& to) {
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

template <class From>
void read(As<TaskGiven>, const From& from, Body& to) {
  to = TaskGiven{.task = read_id<TaskId>(from.getTask()),
                 .household = read_id<HouseholdId>(from.getHousehold()),
                 .to = read_id<WorkerId>(from.getTo()),
                 .reason = static_cast<GivenReason>(from.getReason())};
}

template <class From>
void read(As<TaskDone>, const From& from, Body& to) {
  to = TaskDone{.task = read_id<TaskId>(from.getTask()),
                .household = read_id<HouseholdId>(from.getHousehold()),
                .visit = read_id<VisitId>(from.getVisit())};
}

template <class From>
void read(As<TaskCancelled>, const From& from, Body& to) {
  to = TaskCancelled{.task = read_id<TaskId>(from.getTask()),
                     .household = read_id<HouseholdId>(from.getHousehold()),
                     .reason = static_cast<CancellationReason>(from.getReason())};
}

template <class From>
void read(As<DemonstrationMarked>, const From& from, Body& to) {
  to = DemonstrationMarked{.starts = {from.getStarts()}, .speed = from.getSpeed()};
}

template <class From>
void read(As<ProjectionDigestRecorded>, const From& from, Body& to) {
  const auto sha256 = from.getSha256();
  ProjectionDigestRecorded digest{.projection = view_of(from.getProjection()),
                                  .version = from.getVersion(),
                                  .day = Day{from.getDay()},
                                  .upto = Position{from.getUpto()}};
  if (sha256.size() != digest.sha256.size()) return;
  std::ranges::copy(sha256, digest.sha256.begin());
  to = digest;
}

template <class From>
void read(As<LogRestored>, const From& from, Body& to) {
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

template <class Layout>
void read_body(EventType type, capnp::AnyPointer::Reader body, Body& to) {
  to = Unknown{};
  if (body.isNull()) return;
  switch (type) {
    case EventType::area_defined:
      return read(As<AreaDefined>{}, body.getAs<typename Layout::AreaDefined>(), to);
    case EventType::campaign_opened:
      return read(As<CampaignOpened>{}, body.getAs<typename Layout::CampaignOpened>(), to);
    case EventType::round_opened:
      return read(As<RoundOpened>{}, body.getAs<typename Layout::RoundOpened>(), to);
    case EventType::round_closed:
      return read(As<RoundClosed>{}, body.getAs<typename Layout::RoundClosed>(), to);
    case EventType::dwelling_registered:
      return read(As<DwellingRegistered>{}, body.getAs<typename Layout::DwellingRegistered>(), to);
    case EventType::household_registered:
      return read(As<HouseholdRegistered>{}, body.getAs<typename Layout::HouseholdRegistered>(),
                  to);
    case EventType::household_placed:
      return read(As<HouseholdPlaced>{}, body.getAs<typename Layout::HouseholdPlaced>(), to);
    case EventType::household_withdrawn:
      return read(As<HouseholdWithdrawn>{}, body.getAs<typename Layout::HouseholdWithdrawn>(), to);
    case EventType::worker_registered:
      return read(As<WorkerRegistered>{}, body.getAs<typename Layout::WorkerRegistered>(), to);
    case EventType::worker_reported_in:
      return read(As<WorkerReportedIn>{}, body.getAs<typename Layout::WorkerReportedIn>(), to);
    case EventType::worker_stood_down:
      return read(As<WorkerStoodDown>{}, body.getAs<typename Layout::WorkerStoodDown>(), to);
    case EventType::responsibility_taken:
      return read(As<ResponsibilityTaken>{}, body.getAs<typename Layout::ResponsibilityTaken>(),
                  to);
    case EventType::responsibility_released:
      return read(As<ResponsibilityReleased>{},
                  body.getAs<typename Layout::ResponsibilityReleased>(), to);
    case EventType::visit_recorded:
      return read(As<VisitRecorded>{}, body.getAs<typename Layout::VisitRecorded>(), to);
    case EventType::visit_retracted:
      return read(As<VisitRetracted>{}, body.getAs<typename Layout::VisitRetracted>(), to);
    case EventType::task_opened:
      return read(As<TaskOpened>{}, body.getAs<typename Layout::TaskOpened>(), to);
    case EventType::task_given:
      return read(As<TaskGiven>{}, body.getAs<typename Layout::TaskGiven>(), to);
    case EventType::task_done:
      return read(As<TaskDone>{}, body.getAs<typename Layout::TaskDone>(), to);
    case EventType::task_cancelled:
      return read(As<TaskCancelled>{}, body.getAs<typename Layout::TaskCancelled>(), to);
    case EventType::demonstration_marked:
      return read(As<DemonstrationMarked>{}, body.getAs<typename Layout::DemonstrationMarked>(),
                  to);
    case EventType::projection_digest_recorded:
      return read(As<ProjectionDigestRecorded>{},
                  body.getAs<typename Layout::ProjectionDigestRecorded>(), to);
    case EventType::log_restored:
      return read(As<LogRestored>{}, body.getAs<typename Layout::LogRestored>(), to);
  }
  // Stored by a newer writer.
}

template void read_body<Layout0>(EventType, capnp::AnyPointer::Reader, Body&);
template void read_body<Layout1>(EventType, capnp::AnyPointer::Reader, Body&);

}  // namespace doorstep::wire
