#include "common/wire/capnp_message.h"
#include "common/wire/event_codec.h"
#include "common/wire/event_layouts.h"

namespace doorstep::wire {
namespace {

// Envelope, the largest body without its text, and the pointers between them.
constexpr std::size_t words_without_text = 96;

template <class Word>
std::uint8_t word(Word value) {
  static_assert(sizeof(Word) == 1);
  return static_cast<std::uint8_t>(value);
}

// Writes one body. Text sizes are bounded by the pre-condition of encode_event.
class BodyWriter {
 public:
  explicit BodyWriter(capnp::AnyPointer::Builder body) : body_{body} {}

  void operator()(const AreaDefined& e) {
    auto to = body_.initAs<schema::AreaDefined>();
    to.setCode(e.code.value);
    copy_into(to.initName(size(e.name)), e.name);
  }
  void operator()(const CampaignOpened& e) {
    auto to = body_.initAs<schema::CampaignOpened>();
    write_uuid(to.getCampaign(), e.campaign.value);
    copy_into(to.initName(size(e.name)), e.name);
  }
  void operator()(const RoundOpened& e) {
    auto to = body_.initAs<schema::RoundOpened>();
    write_uuid(to.getRound(), e.round.value);
    write_uuid(to.getCampaign(), e.campaign.value);
    to.setNumber(e.number);
    copy_into(to.initQuestionSet(size(e.question_set)), e.question_set);
    copy_into(to.initRiskList(size(e.risk_list)), e.risk_list);
    to.setDeadline(e.deadline.unix_ms);
  }
  void operator()(const RoundClosed& e) {
    auto to = body_.initAs<schema::RoundClosed>();
    write_uuid(to.getRound(), e.round.value);
  }
  void operator()(const DwellingRegistered& e) {
    auto to = body_.initAs<schema::DwellingRegistered>();
    write_uuid(to.getDwelling(), e.dwelling.value);
    to.setState(word(e.state));
  }
  void operator()(const HouseholdRegistered& e) {
    auto to = body_.initAs<schema::HouseholdRegistered>();
    write_uuid(to.getHousehold(), e.household.value);
    to.setKind(word(e.kind));
    write_persons(to.getPersons(), e.persons);
  }
  void operator()(const HouseholdPlaced& e) {
    auto to = body_.initAs<schema::HouseholdPlaced>();
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getDwelling(), e.dwelling.value);
    to.setArea(e.area.value);
    to.setFrom(e.from.unix_ms);
  }
  void operator()(const HouseholdWithdrawn& e) {
    auto to = body_.initAs<schema::HouseholdWithdrawn>();
    write_uuid(to.getHousehold(), e.household.value);
    to.setReason(word(e.reason));
  }
  void operator()(const WorkerRegistered& e) {
    auto to = body_.initAs<schema::WorkerRegistered>();
    write_uuid(to.getWorker(), e.worker.value);
    to.setKind(word(e.kind));
    to.setHome(e.home.value);
  }
  void operator()(const WorkerReportedIn& e) {
    auto to = body_.initAs<schema::WorkerReportedIn>();
    write_uuid(to.getWorker(), e.worker.value);
  }
  void operator()(const WorkerStoodDown& e) {
    auto to = body_.initAs<schema::WorkerStoodDown>();
    write_uuid(to.getWorker(), e.worker.value);
  }
  void operator()(const ResponsibilityTaken& e) {
    auto to = body_.initAs<schema::ResponsibilityTaken>();
    write_uuid(to.getResponsibility(), e.responsibility.value);
    write_uuid(to.getHousehold(), e.household.value);
    to.setLevel(word(e.level));
    to.setRole(word(e.role));
    to.setHolderKind(word(e.holder.kind));
    to.setBasis(word(e.basis));
    write_uuid(to.getHolder(), e.holder.id);
    to.setFrom(e.from.unix_ms);
  }
  void operator()(const ResponsibilityReleased& e) {
    auto to = body_.initAs<schema::ResponsibilityReleased>();
    write_uuid(to.getResponsibility(), e.responsibility.value);
    write_uuid(to.getHousehold(), e.household.value);
    to.setAt(e.at.unix_ms);
    to.setReason(word(e.reason));
  }
  void operator()(const VisitRecorded& e) {
    auto to = body_.initAs<schema::VisitRecorded>();
    write_uuid(to.getVisit(), e.visit.value);
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getRound(), e.round.value);
    const auto workers = e.done_by.workers();
    auto done_by = to.initDoneBy(static_cast<unsigned>(workers.size()));
    for (unsigned i = 0; i < done_by.size(); ++i) write_uuid(done_by[i], workers[i].value);
    write_uuid_if(e.entered_by.value, [&] { return to.initEnteredBy(); });
    to.setMode(word(e.mode));
    to.setDisposition(word(e.disposition));
    to.setDeviceSkewMs(e.device_skew_ms);
    to.setStarted(e.started.unix_ms);
    to.setEnded(e.ended.unix_ms);
    write_persons(to.getPersons(), e.persons);
  }
  void operator()(const VisitRetracted& e) {
    auto to = body_.initAs<schema::VisitRetracted>();
    write_uuid(to.getVisit(), e.visit.value);
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getRound(), e.round.value);
    to.setReason(word(e.reason));
  }
  void operator()(const TaskOpened& e) {
    auto to = body_.initAs<schema::TaskOpened>();
    write_uuid(to.getTask(), e.task.value);
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getRound(), e.round.value);
    to.setKind(word(e.kind));
    to.setApproach(word(e.approach));
    to.setReason(word(e.reason));
    to.setPriority(e.priority);
    to.setOrdinal(e.ordinal);
    to.setNotBefore(e.not_before.unix_ms);
    to.setNotAfter(e.not_after.unix_ms);
  }
  void operator()(const TaskGiven& e) {
    auto to = body_.initAs<schema::TaskGiven>();
    write_uuid(to.getTask(), e.task.value);
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getTo(), e.to.value);
    to.setReason(word(e.reason));
  }
  void operator()(const TaskDone& e) {
    auto to = body_.initAs<schema::TaskDone>();
    write_uuid(to.getTask(), e.task.value);
    write_uuid(to.getHousehold(), e.household.value);
    write_uuid(to.getVisit(), e.visit.value);
  }
  void operator()(const TaskCancelled& e) {
    auto to = body_.initAs<schema::TaskCancelled>();
    write_uuid(to.getTask(), e.task.value);
    write_uuid(to.getHousehold(), e.household.value);
    to.setReason(word(e.reason));
  }
  void operator()(const DemonstrationMarked& e) {
    auto to = body_.initAs<schema::DemonstrationMarked>();
    to.setStarts(e.starts.unix_ms);
    to.setSpeed(e.speed);
  }
  void operator()(const ProjectionDigestRecorded& e) {
    auto to = body_.initAs<schema::ProjectionDigestRecorded>();
    copy_into(to.initProjection(size(e.projection)), e.projection);
    to.setVersion(e.version);
    to.setDay(static_cast<std::int32_t>(e.day));
    to.setUpto(number(e.upto));
    std::ranges::copy(e.sha256, to.initSha256(static_cast<unsigned>(e.sha256.size())).begin());
  }
  void operator()(const LogRestored& e) {
    auto to = body_.initAs<schema::LogRestored>();
    write_uuid(to.getLog(), e.log.value);
    to.setEpoch(e.epoch);
    to.setSize(number(e.upto));
    std::ranges::copy(e.root, to.initRoot(static_cast<unsigned>(e.root.size())).begin());
    copy_into(to.initSignature(size(e.signature)), e.signature);
  }
  void operator()(const Unknown&) { DOORSTEP_ASSERT(!"an unknown body cannot be encoded"); }

 private:
  static unsigned size(std::string_view text) {
    DOORSTEP_ASSERT(text.size() <= text_bytes_max);
    return static_cast<unsigned>(text.size());
  }
  capnp::AnyPointer::Builder body_;
};

std::size_t words_of_text(const Body& body) {
  return std::visit(
      overloaded{
          [](const AreaDefined& e) { return text_words(e.name); },
          [](const CampaignOpened& e) { return text_words(e.name); },
          [](const RoundOpened& e) { return text_words(e.question_set) + text_words(e.risk_list); },
          [](const ProjectionDigestRecorded& e) { return text_words(e.projection); },
          [](const LogRestored& e) { return text_words(e.signature); },
          [](const auto&) { return std::size_t{0}; },
      },
      body);
}

}  // namespace

Bytes encode_event(const Event& event) {
  const Envelope& envelope = event.envelope;
  DOORSTEP_ASSERT(envelope.type == type_of(event.body));
  MessageInPlace message{0, words_without_text + words_of_text(event.body)};
  auto to = message.init_root<schema::Event>();
  write_uuid(to.getId(), envelope.id.value);
  to.setType(static_cast<std::uint16_t>(envelope.type));
  to.setSchemaVersion(envelope.schema_version);
  to.setStreamKind(static_cast<std::uint16_t>(envelope.stream.kind));
  to.setPurpose(word(envelope.purpose));
  to.setLayout(event_layout);
  write_uuid(to.getStreamId(), envelope.stream.id);
  to.setArea(envelope.area.value);
  to.setHappenedAt(envelope.happened_at.unix_ms);
  write_uuid(to.getActor(), envelope.actor.value);
  write_uuid(to.getDevice(), envelope.device.value);
  write_uuid_if(envelope.causation.value, [&] { return to.initCausation(); });
  write_uuid_if(envelope.correlation.value, [&] { return to.initCorrelation(); });
  std::visit(BodyWriter{to.getBody()}, event.body);
  return message.finish();
}

}  // namespace doorstep::wire
